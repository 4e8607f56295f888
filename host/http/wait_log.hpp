// One line when a wait starts, but no more than one a second over all streams: 500 pages that fail once
// each are no reason for 500 lines. Safe from every thread.
#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"

#include <cstdint>
#include <mutex>
#include <string>

namespace integ::http {

class WaitLog {
 public:
  WaitLog(Log& log, Clock& clock) : log_(log), clock_(clock) {}
  void say(const std::string& stream, const std::string& message);

 private:
  Log& log_;
  Clock& clock_;
  std::mutex mutex_;
  bool said_ = false;  // guarded by mutex_, as are the others
  Steady::time_point last_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace integ::http
