// Cancels a run when its time is up (`--timeout`), unless it ended before.
#pragma once

#include "base/cancellation.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace integ::cli {

class Deadline {
 public:
  Deadline(Cancellation& cancellation, std::chrono::milliseconds after);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace integ::cli
