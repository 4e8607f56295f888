// Bodies as a server compresses them.
#pragma once

#include <string>

namespace integ::http::testing {

// `text` in zlib's format that `window` names: MAX_WBITS + 16 is gzip, MAX_WBITS zlib, -MAX_WBITS raw deflate.
std::string packed(const std::string& text, int window);

}  // namespace integ::http::testing
