#include "http/backoff.hpp"

#include <algorithm>

namespace integ::http {

using std::chrono::milliseconds;

milliseconds backoff_limit(const BackoffShape& shape, int n) noexcept {
  const int doublings = std::clamp(n, 0, 16);  // 60 s are reached long before
  return std::min(kLongestBackoff, milliseconds(shape.base.count() * (1LL << doublings)));
}

milliseconds Backoff::wait(const BackoffShape& shape, int n) {
  const milliseconds limit = backoff_limit(shape, n);
  if (limit <= shape.floor) return shape.floor;
  const auto span = static_cast<std::uint64_t>((limit - shape.floor).count()) + 1;
  const std::lock_guard lock(mutex_);
  return shape.floor + milliseconds(static_cast<std::int64_t>(random_() % span));
}

}  // namespace integ::http
