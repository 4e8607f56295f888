// Whether a configuration works: one good page at most, nothing written.
#pragma once

#include "sync/connection.hpp"

namespace integ::sync {

// The connector's own check, else the run of its first stream that these credentials may read, stopped at the first
// good page, else its discover. Returns when the source can be read, throws why not.
void check(Connection& connection);

}  // namespace integ::sync
