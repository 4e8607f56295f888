#include "http/window.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace integ::http {

Windows::Slot::Slot(Slot&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), window_(other.window_), round_(other.round_) {}

Windows::Slot::~Slot() {
  if (owner_ == nullptr) return;
  {
    const std::lock_guard lock(owner_->mutex_);
    --window_->under_way;
  }
  owner_->changed_.notify_all();  // who waits may wait for another host
}

void Windows::Slot::answered() {
  const std::lock_guard lock(owner_->mutex_);
  window_->size += 1 / window_->size;  // infinity stays what it is
}

void Windows::Slot::overloaded() {
  const std::lock_guard lock(owner_->mutex_);
  if (round_ != window_->round) return;
  ++window_->round;
  const double used = std::min(window_->size, static_cast<double>(window_->under_way));
  window_->size = std::max(1.0, std::floor(used / 2));
}

std::optional<Windows::Slot> Windows::enter_now(Window& window) {
  if (!window.has_room()) return std::nullopt;
  ++window.under_way;
  return Slot(*this, window, window.round);
}

std::optional<Windows::Slot> Windows::try_enter(const std::string& origin) {
  const std::lock_guard lock(mutex_);
  return enter_now(windows_[origin]);
}

std::optional<Windows::Slot> Windows::enter(const std::string& origin, const Cancellation& cancellation) {
  if (cancellation.cancelled()) return std::nullopt;
  std::unique_lock lock(mutex_);
  Window& window = windows_[origin];
  if (std::optional<Slot> slot = enter_now(window)) return slot;
  lock.unlock();
  // Under the lock, so that it can't fall between the look at the flag and the wait.
  const Cancellation::Hook hook = cancellation.on_cancel([this] {
    const std::lock_guard woken(mutex_);
    changed_.notify_all();
  });
  lock.lock();
  changed_.wait(lock, [&] { return cancellation.cancelled() || window.has_room(); });
  const bool entered = !cancellation.cancelled();
  if (entered) ++window.under_way;
  const std::uint64_t round = window.round;
  lock.unlock();  // before the hook goes, whose callback may be waiting for the lock
  if (!entered) return std::nullopt;
  return Slot(*this, window, round);
}

double Windows::size(const std::string& origin) const {
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(origin);
  return found == windows_.end() ? std::numeric_limits<double>::infinity() : found->second.size;
}

}  // namespace integ::http
