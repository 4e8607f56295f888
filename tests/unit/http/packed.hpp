// Bodies as a server compresses them.
#pragma once

#include "support/packed.hpp"

#include <string>

namespace integ::http::testing {

using support::packed;
// One frame of zstd, whose window is 2^window_log bytes.
std::string zstd_packed(const std::string& text, int window_log = 17);
// Only where brotli_is_built().
std::string brotli_packed(const std::string& text);

}  // namespace integ::http::testing
