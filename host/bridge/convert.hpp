// From the C structs of a call to the host's own, checked: text must be UTF-8, flags known, arrays there.
// Errors are of status INTEG_E_ARGUMENT or INTEG_E_UNSUPPORTED and say what was wrong.
#pragma once

#include "bridge/backend.hpp"
#include "json/document.hpp"

#include <integ/abi.h>

#include <string>
#include <string_view>
#include <vector>

namespace integ::bridge {

inline std::string_view view(integ_str text) noexcept {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}
inline integ_str str(std::string_view text) noexcept { return {text.data(), text.size()}; }

// The text, or an Error that names it.
std::string_view checked_text(integ_str text, const char* what);
Request request_of(const integ_request* request);
Emit emit_of(const integ_emit* emit);
std::vector<http::Header> pairs_of(const integ_pair* pairs, size_t count, const char* what);
// Fills at most the caller's size. Throws E_ARGUMENT for NULL and for one too small to say its kind.
void fill_value(integ_value* out, const json::Node* node);

}  // namespace integ::bridge
