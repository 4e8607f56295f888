#include "pipeline/overrides.hpp"

#include "base/text.hpp"

#include <charconv>

namespace integ::pipeline {
namespace {

Value& member_of(Value& map, const std::string& key, const std::string& origin) {
  for (Value::Member& member : map.members) {
    if (member.key == key) return member.value;
  }
  Value::Member& made = map.members.emplace_back();
  made.key = key;
  made.value.origin = origin;
  return made.value;
}

}  // namespace

void apply(Value& root, const Override& override_) {
  const std::string origin = "--set " + sanitised(override_.path, 80);
  const auto fail = [&](const std::string& message) { throw Error(Kind::config, message).at({.file = origin}); };
  Value* at = &root;
  for (const std::string_view key : split(override_.path, '.')) {
    const std::string part(key);
    if (part.empty()) fail("expected a path of keys, as in config.url");
    if (at->kind == Value::Kind::list) {
      std::size_t index = at->items.size();
      std::from_chars(part.data(), part.data() + part.size(), index);
      if (index >= at->items.size())
        fail("'" + part + "' is no entry of the list, which has " + std::to_string(at->items.size()) +
             " (the first is 0)");
      at = &at->items[index];
      continue;
    }
    if (at->kind == Value::Kind::scalar) fail("'" + part + "' would have to be a key in a text");
    at->kind = Value::Kind::map;
    at = &member_of(*at, part, origin);
  }
  Value value;
  value.kind = Value::Kind::scalar;
  value.text = override_.value;
  value.origin = origin;
  *at = std::move(value);
}

}  // namespace integ::pipeline
