#include "base/clock.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace integ {

std::int64_t SystemClock::unix_ns() {
  const auto now =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const std::lock_guard lock(mutex_);
  last_ns_ = std::max<std::int64_t>(last_ns_, now);  // a clock set back must not make bookmarks go back
  return last_ns_;
}

Steady::time_point SystemClock::steady() { return Steady::now(); }

bool SystemClock::sleep_until(Steady::time_point when, const Cancellation& cancellation) {
  return cancellation.wait_until(when);
}

std::int64_t ManualClock::unix_ns() {
  const std::lock_guard lock(mutex_);
  return unix_ns_;
}

Steady::time_point ManualClock::steady() {
  const std::lock_guard lock(mutex_);
  return steady_;
}

bool ManualClock::sleep_until(Steady::time_point when, const Cancellation& cancellation) {
  if (cancellation.cancelled()) return false;
  const std::lock_guard lock(mutex_);
  if (when > steady_) {
    unix_ns_ += std::chrono::duration_cast<std::chrono::nanoseconds>(when - steady_).count();
    steady_ = when;
  }
  return true;
}

void ManualClock::advance(std::chrono::nanoseconds by) {
  const std::lock_guard lock(mutex_);
  unix_ns_ += by.count();
  steady_ += std::chrono::duration_cast<Steady::duration>(by);
}

std::string rfc3339(std::int64_t unix_ms) {
  const std::int64_t ms = ((unix_ms % 1000) + 1000) % 1000;  // also before 1970
  const std::time_t seconds = static_cast<std::time_t>((unix_ms - ms) / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> date{};
  const std::size_t size = std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%06lldZ", static_cast<long long>(ms) * 1000);
  return std::string(date.data(), size) + fraction.data();
}

}  // namespace integ
