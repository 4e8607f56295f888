// br beside base/inflate.hpp's gzip and deflate.
//
// One stream. Only in builds that have Brotli, and used only where an operator asks for it: it unpacks slower than gzip
// does here, so that a server should not choose it by itself.
#pragma once

#include "base/inflate.hpp"

#include <memory>

namespace integ::http {

bool brotli_is_built() noexcept;
std::unique_ptr<Inflater> brotli_inflater();

}  // namespace integ::http
