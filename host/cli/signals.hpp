// SIGINT and SIGTERM as a cancellation, heard by a thread of their own. A second signal, a second or more after the
// first, ends the process at once, for outputs that can't be flushed any more.
//
// Made first, before any other thread, so that all of them inherit the blocked mask.
#pragma once

#include "base/cancellation.hpp"

#include <atomic>
#include <thread>

namespace integ::cli {

class Signals {
 public:
  explicit Signals(Cancellation& cancellation);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void listen();

  Cancellation& cancellation_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// 130 or 143 for a run that a signal ended, else `otherwise`.
int exit_code_of(CancelReason reason, int otherwise);

}  // namespace integ::cli
