// The waits between attempts: rand(floor, min(60 s, base * 2^n)). Full jitter, so that many streams that
// failed together do not come back together; a floor, so that a server in trouble is never hammered.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>

namespace integ::http {

struct BackoffShape {
  std::chrono::milliseconds base;
  std::chrono::milliseconds floor;
};
inline constexpr BackoffShape kTransientBackoff{std::chrono::milliseconds(500), std::chrono::milliseconds(50)};
inline constexpr BackoffShape kThrottledBackoff{std::chrono::milliseconds(2000), std::chrono::milliseconds(250)};
inline constexpr std::chrono::milliseconds kLongestBackoff{60'000};

// The most that the nth wait (from 0) can be.
std::chrono::milliseconds backoff_limit(const BackoffShape& shape, int n) noexcept;

// Safe from every thread.
class Backoff {
 public:
  explicit Backoff(std::uint64_t seed) : random_(seed) {}
  std::chrono::milliseconds wait(const BackoffShape& shape, int n);

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;  // guarded by mutex_
};

}  // namespace integ::http
