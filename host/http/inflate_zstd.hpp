// zstd beside base/inflate.hpp's gzip and deflate.
#pragma once

#include "base/inflate.hpp"

#include <memory>

namespace integ::http {

// Several frames are fine; a window over 8 MiB is not (RFC 9659): TransportError, permanent.
std::unique_ptr<Inflater> zstd_inflater();

}  // namespace integ::http
