#include "base/counters.hpp"

namespace integ {

StreamCounters& Counters::stream(const std::string& name) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<StreamCounters>& slot = streams_[name];
  if (!slot) slot = std::make_unique<StreamCounters>();
  return *slot;
}

std::vector<std::string> Counters::streams() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  names.reserve(streams_.size());
  for (const auto& [name, counters] : streams_) names.push_back(name);
  return names;
}

std::uint64_t Counters::total(std::atomic<std::uint64_t> StreamCounters::*member) const {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [name, counters] : streams_) sum += ((*counters).*member).load(std::memory_order_relaxed);
  return sum;
}

}  // namespace integ
