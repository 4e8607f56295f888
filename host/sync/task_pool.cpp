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
  start_thread_for(waiting_.size());
  changed_.notify_all();
}

bool TaskPool::try_add(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  const std::size_t wanted = waiting_.size() + 1;
  if (ending_ || running_ + wanted > most_) return false;
  if (!start_thread_for(wanted)) return false;
  waiting_.push({0, added_++, std::move(task)});
  changed_.notify_all();
  return true;
}

bool TaskPool::start_thread_for(std::size_t waiting) {
  if (waiting <= idle_ || threads_.size() >= most_) return true;
  try {
    threads_.emplace_back([this] { work(); });
    return true;
  } catch (const std::system_error&) {  // no more threads to be had: those that are there will do it
    if (threads_.empty()) throw;
    return false;
  }
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
