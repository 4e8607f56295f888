// Time as a service, so that tests can hand out their own.
//
// `unix_ns` is since the Unix epoch and never goes back within a process. `steady` is for waits.
// Safe from every thread.
#pragma once

#include "base/cancellation.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace integ {

using Steady = std::chrono::steady_clock;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t unix_ns() = 0;
  virtual Steady::time_point steady() = 0;
  // False when cancelled before the time came.
  virtual bool sleep_until(Steady::time_point when, const Cancellation& cancellation) = 0;

  std::int64_t unix_ms() { return unix_ns() / 1'000'000; }
};

class SystemClock final : public Clock {
 public:
  std::int64_t unix_ns() override;
  Steady::time_point steady() override;
  bool sleep_until(Steady::time_point when, const Cancellation& cancellation) override;

 private:
  std::mutex mutex_;
  std::int64_t last_ns_ = 0;  // guarded by mutex_
};

// A clock that moves only when slept on or told to: a sleep returns at once and moves the time.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t unix_ns = 1'700'000'000'000'000'000) : unix_ns_(unix_ns) {}
  std::int64_t unix_ns() override;
  Steady::time_point steady() override;
  bool sleep_until(Steady::time_point when, const Cancellation& cancellation) override;
  void advance(std::chrono::nanoseconds by);

 private:
  std::mutex mutex_;
  std::int64_t unix_ns_;  // guarded by mutex_
  Steady::time_point steady_{std::chrono::hours(1)};
};

// "2024-01-02T03:04:05.000000Z": RFC 3339 in UTC with six digits, as Singer's readers want it.
std::string rfc3339(std::int64_t unix_ms);

}  // namespace integ
