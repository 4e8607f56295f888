// Cancellation: one flag a run that everything which waits listens to.
//
//   if (!cancellation.wait_until(deadline)) return;      // woke early: cancelled
//   auto hook = cancellation.on_cancel([&] { queue.wake(); });
//
// Safe from every thread. cancel() is not async-signal-safe: signals reach it through a thread of the cli.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace integ {

enum class CancelReason { none, interrupted /* SIGINT */, terminated /* SIGTERM */, deadline, output_failed };

class Cancellation {
 public:
  // Unregisters its callback when destroyed; when it is gone the callback is not running and never will.
  class Hook {
   public:
    Hook() = default;
    Hook(Hook&& other) noexcept;
    Hook& operator=(Hook&& other) noexcept;
    ~Hook();

   private:
    friend class Cancellation;
    Hook(const Cancellation* owner, std::size_t id) : owner_(owner), id_(id) {}
    const Cancellation* owner_ = nullptr;
    std::size_t id_ = 0;
  };

  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  // The first reason wins; later calls do nothing. Runs the hooks on the calling thread.
  void cancel(CancelReason reason);
  bool cancelled() const noexcept;
  CancelReason reason() const noexcept;
  // Throws Error of kind cancelled.
  void throw_if_cancelled() const;
  // True when the time came, false when cancelled first (or already).
  bool wait_until(std::chrono::steady_clock::time_point when) const;
  // Runs at once, on this thread, when already cancelled. Callbacks are short, do not throw, and neither
  // make nor destroy hooks.
  [[nodiscard]] Hook on_cancel(std::function<void()> callback) const;
  // The process ends now, whatever was begun: runs the hooks of on_abandon(), which are short and do not throw either.
  void abandon() const;
  [[nodiscard]] Hook on_abandon(std::function<void()> callback) const;

 private:
  void remove(std::size_t id) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  CancelReason reason_ = CancelReason::none;  // guarded by mutex_
  std::atomic<bool> flag_{false};             // the same, for a look without the lock
  // Held while hooks run, so that a Hook's destructor waits for a callback under way.
  mutable std::mutex hooks_mutex_;
  mutable std::map<std::size_t, std::function<void()>> hooks_;       // guarded by hooks_mutex_, as are these two
  mutable std::map<std::size_t, std::function<void()>> last_hooks_;  // of on_abandon()
  mutable std::size_t next_id_ = 1;
};

}  // namespace integ
