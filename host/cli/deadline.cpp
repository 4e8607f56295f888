#include "cli/deadline.hpp"

namespace integ::cli {

Deadline::Deadline(Cancellation& cancellation, std::chrono::milliseconds after) {
  const auto when = std::chrono::steady_clock::now() + after;
  thread_ = std::thread([this, &cancellation, when] {
    std::unique_lock lock(mutex_);
    if (changed_.wait_until(lock, when, [this] { return over_; })) return;
    lock.unlock();
    cancellation.cancel(CancelReason::deadline);
  });
}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

}  // namespace integ::cli
