// What the text of a scalar is as JSON. Numbers keep their own digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace integ::pipeline {

// By YAML 1.2's core schema, for text whose type nobody says: true, false, an integer (decimal, 0o17, 0x1F),
// a number, else a string. "null" and "" are strings here: who has the value knows whether it was null.
std::string core_json(const std::string& text);

// "Integer" in messages: "an integer", "a boolean (true or false)", "text".
std::string type_in_words(std::string_view type);

}  // namespace integ::pipeline
