#include "protocol/pointers.hpp"

#include "json/pointer.hpp"
#include "json/text.hpp"

namespace integ::protocol {

std::vector<std::string> path_of(std::string_view pointer) {
  std::vector<std::string> path;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      path.emplace_back();
      continue;
    }
    if (path.empty()) path.emplace_back();  // "name" for "/name"
    const bool escape = pointer[i] == '~' && i + 1 < pointer.size();
    if (escape && pointer[i + 1] == '1') {
      path.back() += '/';
      ++i;
    } else if (escape && pointer[i + 1] == '0') {
      path.back() += '~';
      ++i;
    } else {
      path.back() += pointer[i];
    }
  }
  return path;
}

std::string pointer_of(const std::vector<std::string>& path) {
  std::string pointer;
  for (const std::string& step : path) json::append_token(pointer, step);
  return pointer;
}

std::optional<std::string> top_level_name(std::string_view pointer) {
  std::vector<std::string> path = path_of(pointer);
  if (path.size() != 1) return std::nullopt;
  return std::move(path.front());
}

std::vector<std::vector<std::string>> paths_of(const std::vector<Key>& keys) {
  std::vector<std::vector<std::string>> paths;
  paths.reserve(keys.size());
  for (const Key& key : keys) paths.push_back(path_of(key.pointer));
  return paths;
}

bool within(std::string_view pointer, std::string_view ancestor) {
  return pointer.starts_with(ancestor) && (pointer.size() == ancestor.size() || pointer[ancestor.size()] == '/');
}

std::string paths_json(const std::vector<std::vector<std::string>>& paths) {
  std::string out = "[";
  for (const auto& path : paths) {
    if (out.size() > 1) out += ',';
    out += json::string_array(path);
  }
  return out += ']';
}

}  // namespace integ::protocol
