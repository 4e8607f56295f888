// JSON strings as the text they stand for.
#pragma once

#include <string>
#include <string_view>

namespace integ::json {

// Appends the text of a valid JSON string's inside. A surrogate escape without its other half has no
// UTF-8 form and becomes U+FFFD here (in records it stays as it was written).
void append_unescaped(std::string& out, std::string_view inside);
std::string unescaped(std::string_view inside);

}  // namespace integ::json
