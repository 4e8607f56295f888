// JSON as its tokens: what a record says, read and compared without the host's code. Numbers and strings are the text
// that they are, so nothing is rounded and no escape is lost.
#pragma once

#include "random.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace properties {

struct Json {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  std::string token = "null";     // of a scalar; of a string with its quotes
  std::vector<std::string> keys;  // of an object beside `items`, tokens of strings
  std::vector<Json> items;

  static Json scalar(Kind kind, std::string token) { return {kind, std::move(token), {}, {}}; }
  static Json object() { return {Kind::object, "", {}, {}}; }
  static Json array() { return {Kind::array, "", {}, {}}; }
  void add(std::string key, Json value) {
    keys.push_back(std::move(key));
    items.push_back(std::move(value));
  }
};

// Without white space.
std::string compact(const Json& json);
// With some wherever JSON allows it.
std::string spaced(const Json& json, Random& random);
// Throws std::runtime_error for what is no JSON.
Json parsed(std::string_view text);

// What a string's token says, in UTF-8; the escape of half a surrogate pair remains as it is.
std::string decoded(std::string_view token);
// A token that says so.
std::string token_of(std::string_view text);

}  // namespace properties
