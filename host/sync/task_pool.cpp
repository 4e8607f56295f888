#include "sync/task_pool.hpp"

#include <system_error>
#include <utility>

namespace integ::sync {

TaskPool::~TaskPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void TaskPool::add(std::uint64_t weight, std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  waiting_.push({weight, added_++, std::move(task)});
  if (idle_ < waiting_.size() && threads_.size() < most_) {
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {  // no more threads to be had: those that are there will do it
      if (threads_.empty()) throw;
    }
  }
  changed_.notify_all();
}

void TaskPool::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && running_ == 0; });
}

void TaskPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    const std::function<void()> run = waiting_.top().run;
    waiting_.pop();
    ++running_;
    lock.unlock();
    run();
    lock.lock();
    --running_;
    changed_.notify_all();
  }
}

}  // namespace integ::sync
