// JSON files that an operator or a platform hands in, with errors that help.
#pragma once

#include "json/document.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace integ::protocol {

// A byte order mark is fine. Throws Error of kind config that names file and line; for a text of several
// values, one a line, it says how to hand in one. `wanted`: "a list of state messages".
json::Document read_json(std::string_view text, std::string_view name, std::string_view wanted);

// A text of several values, one a line, with the numbers of their lines; nothing when it is anything else, also when
// one of the lines is no whole value.
struct Line {
  std::size_t number;
  json::Document value;
};
std::vector<Line> values_by_line(std::string_view text);

// Nothing but white space, perhaps behind a byte order mark.
bool is_blank(std::string_view text);

// Throws Error of kind config: "NAME: MESSAGE".
[[noreturn]] void refuse(std::string_view name, const std::string& message);

// The member unless it is absent or null.
const json::Node* present(const json::Node& object, std::string_view key);

// true or "true", false or "false" (any case); `otherwise` for null, absent and everything else.
bool truth(const json::Node* value, bool otherwise);

}  // namespace integ::protocol
