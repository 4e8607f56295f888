#include "chosen.hpp"

namespace properties {

Chosen choice(Random& random, const std::vector<Property>& properties) {
  Chosen chosen;
  std::size_t left_out = 0;
  for (const Property& property : properties) {
    const bool key = property.name == "id";
    if (!key && random.chance(40)) {
      ++left_out;
      continue;
    }
    Chosen below;
    below.whole = true;
    if (!key && !property.below.empty() && random.chance(50)) below = choice(random, property.below);
    chosen.below[property.name] = std::move(below);
  }
  if (left_out == 0 || chosen.below.empty()) return {true, {}};
  return chosen;
}

void keep(Chosen& chosen, const std::vector<std::string>& steps) {
  Chosen* at = &chosen;
  for (const std::string& step : steps) {
    if (at->whole) return;
    at = &at->below[step];
  }
  *at = {true, {}};
}

Json cut(const Json& record, const Chosen& chosen) {
  if (chosen.whole) return record;
  if (record.kind == Json::Kind::array) {
    Json out = Json::array();
    for (const Json& item : record.items) out.items.push_back(cut(item, chosen));
    return out;
  }
  if (record.kind != Json::Kind::object) return record;
  Json out = Json::object();
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    const auto found = chosen.below.find(decoded(record.keys[i]));
    if (found != chosen.below.end()) out.add(record.keys[i], cut(record.items[i], found->second));
  }
  return out;
}

std::string pointer_to(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<std::string> pointers(const Chosen& chosen, const std::string& at) {
  if (chosen.whole) return {at};
  std::vector<std::string> out;
  for (const auto& [name, below] : chosen.below) {
    const std::vector<std::string> more = pointers(below, at + pointer_to(name));
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

}  // namespace properties
