// The host table that an entry is called with where there is nothing to run: while files are listed.
#pragma once

#include <integ/abi.h>

namespace integ::plugin {

// `log` prints to stderr and `get_extension` answers what a running host would (1.0 has no extensions);
// all else is NULL: an entry that calls more breaks its contract, and dies in the listing child rather
// than in a run. Constant, any thread.
const integ_host& listing_host() noexcept;

}  // namespace integ::plugin
