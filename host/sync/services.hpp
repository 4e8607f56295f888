// What a run stands on, handed down from the edge. Borrowed; all of it outlives the run.
#pragma once

#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "base/counters.hpp"
#include "base/log.hpp"
#include "base/secrets.hpp"

namespace integ::sync {

struct Services {
  Clock& clock;
  Log& log;
  Secrets& secrets;
  Counters& counters;
  Cancellation& cancellation;
};

}  // namespace integ::sync
