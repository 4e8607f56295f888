#include "base/cancellation.hpp"

#include "base/error.hpp"

#include <utility>

namespace integ {

Cancellation::Hook::Hook(Hook&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), id_(std::exchange(other.id_, 0)) {}

Cancellation::Hook& Cancellation::Hook::operator=(Hook&& other) noexcept {
  if (this != &other) {
    if (owner_ != nullptr) owner_->remove(id_);
    owner_ = std::exchange(other.owner_, nullptr);
    id_ = std::exchange(other.id_, 0);
  }
  return *this;
}

Cancellation::Hook::~Hook() {
  if (owner_ != nullptr) owner_->remove(id_);
}

void Cancellation::cancel(CancelReason reason) {
  const std::lock_guard hooks_lock(hooks_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (reason_ != CancelReason::none) return;
    reason_ = reason;
    flag_.store(true, std::memory_order_release);
    changed_.notify_all();
  }
  for (const auto& [id, callback] : hooks_) callback();
}

bool Cancellation::cancelled() const noexcept { return flag_.load(std::memory_order_acquire); }

CancelReason Cancellation::reason() const noexcept {
  const std::lock_guard lock(mutex_);
  return reason_;
}

void Cancellation::throw_if_cancelled() const {
  if (cancelled()) throw Error(Kind::cancelled, "cancelled");
}

bool Cancellation::wait_until(std::chrono::steady_clock::time_point when) const {
  std::unique_lock lock(mutex_);
  return !changed_.wait_until(lock, when, [this] { return reason_ != CancelReason::none; });
}

Cancellation::Hook Cancellation::on_cancel(std::function<void()> callback) const {
  const std::lock_guard hooks_lock(hooks_mutex_);
  if (cancelled()) {
    callback();
    return {};
  }
  const std::size_t id = next_id_++;
  hooks_.emplace(id, std::move(callback));
  return {this, id};
}

void Cancellation::abandon() const {
  const std::lock_guard hooks_lock(hooks_mutex_);
  for (const auto& [id, callback] : last_hooks_) callback();
}

Cancellation::Hook Cancellation::on_abandon(std::function<void()> callback) const {
  const std::lock_guard hooks_lock(hooks_mutex_);
  const std::size_t id = next_id_++;
  last_hooks_.emplace(id, std::move(callback));
  return {this, id};
}

void Cancellation::remove(std::size_t id) const {
  const std::lock_guard hooks_lock(hooks_mutex_);
  hooks_.erase(id);
  last_hooks_.erase(id);
}

}  // namespace integ
