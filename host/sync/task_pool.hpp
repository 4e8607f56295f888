// Threads for tasks that block: up to so many at once, made when they are needed. Tasks may add tasks.
// Among those that wait, the heaviest goes first, then the one that was added first.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace integ::sync {

class TaskPool {
 public:
  explicit TaskPool(std::size_t most) : most_(most == 0 ? 1 : most) {}
  ~TaskPool();
  TaskPool(const TaskPool&) = delete;
  TaskPool& operator=(const TaskPool&) = delete;

  // The task does not throw.
  void add(std::uint64_t weight, std::function<void()> task);
  // For what nobody has to wait for: taken only where there is a thread for it at once, which no task is waiting for.
  // False, and nothing happened, where there is none.
  bool try_add(std::function<void()> task);
  // Until nothing waits and nothing runs.
  void wait();
  std::size_t most() const noexcept { return most_; }

 private:
  struct Task {
    std::uint64_t weight;
    std::uint64_t number;
    std::function<void()> run;
    bool operator<(const Task& other) const {
      return weight != other.weight ? weight < other.weight : number > other.number;
    }
  };
  void work();
  // Under the lock, for so many that wait. False where another one is needed and can't be had; throws where it would
  // be the first.
  bool start_thread_for(std::size_t waiting);

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::priority_queue<Task> waiting_;  // guarded by mutex_, as are all below
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  std::size_t running_ = 0;
  std::uint64_t added_ = 0;
  bool ending_ = false;
};

}  // namespace integ::sync
