#include "http/wait_log.hpp"

#include <chrono>
#include <utility>

namespace integ::http {

void WaitLog::say(const std::string& stream, const std::string& message) {
  std::uint64_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    const Steady::time_point now = clock_.steady();
    if (said_ && now - last_ < std::chrono::seconds(1)) {
      ++left_out_;
      return;
    }
    said_ = true;
    last_ = now;
    left_out = std::exchange(left_out_, 0);
  }
  log_.info(stream, left_out == 0 ? message : message + " (" + std::to_string(left_out) + " more waits not shown)");
}

}  // namespace integ::http
