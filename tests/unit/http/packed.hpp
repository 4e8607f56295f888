// Bodies as a server compresses them.
#pragma once

#include <string>

namespace integ::http::testing {

// `text` in zlib's format that `window` names: MAX_WBITS + 16 is gzip, MAX_WBITS zlib, -MAX_WBITS raw deflate.
std::string packed(const std::string& text, int window);
// One frame of zstd, whose window is 2^window_log bytes.
std::string zstd_packed(const std::string& text, int window_log = 17);
// Only where brotli_is_built().
std::string brotli_packed(const std::string& text);

}  // namespace integ::http::testing
