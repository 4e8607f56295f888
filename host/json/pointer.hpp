// RFC 6901 pointers taken apart and put together. Plain functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

// "/a~1b/0" -> {"a/b", "0"}; "" -> {}. Throws Error of kind config when it does not start with '/', or
// has a '~' that is neither ~0 nor ~1.
std::vector<std::string> pointer_tokens(std::string_view pointer);
// The token as an index into an array: digits without a leading zero; nothing else is one.
std::optional<std::uint64_t> array_index(std::string_view token) noexcept;
// Appends "/" and the token, escaped.
void append_token(std::string& pointer, std::string_view token);

}  // namespace integ::json
