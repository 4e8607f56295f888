// A target as a program: fed through its standard input, heard on its standard output, its standard error passed on.
//
//   TargetProcess target({"target-jsonl", "--config", "t.json"}, folder, log, grace,
//                        [&](TargetProcess&, std::string_view line) { ... });
//   target.write(parts);
//   target.finish();  // no more input; waits until it has ended, throws where it did not end well
//
// Two threads read what it says; `on_line` is called on one of them, a line of standard output at a time. The rest is
// one thread's. A target that ends before it was told to is an error of the write that finds out, with its status and
// its last words. One that hangs is waited for, until the run is cancelled and the grace is over. The destructor ends
// one that still runs.
#pragma once

#include "base/files.hpp"
#include "base/grace.hpp"
#include "base/log.hpp"
#include "protocol/sink.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace integ::protocol {

class TargetProcess {
 public:
  using OnLine = std::function<void(TargetProcess&, std::string_view line)>;

  // Throws Error of kind output. `folder` "" is the working directory. Borrows `log`.
  TargetProcess(const std::vector<std::string>& command, const std::string& folder, Log& log, const Grace& grace,
                OnLine on_line);
  ~TargetProcess();
  TargetProcess(const TargetProcess&) = delete;
  TargetProcess& operator=(const TargetProcess&) = delete;

  void write(std::span<const std::string_view> parts);
  void flush();
  void finish();

  // What the messages call it: the program without its folder.
  // From any thread.
  const std::string& name() const noexcept { return name_; }
  // The target said why it is in trouble: goes into the error if it ends badly. From any thread.
  void remember(std::string words);

 private:
  void read_lines(int fd, const OnLine& on_line);
  template <class Does>
  void guarded(Does does);
  // Throws where the run was stopped and it did not end: it was made to.
  int wait();
  // Tells it to end, and ends it after the grace. It is reaped then.
  void end();
  int reap();
  // With what it said last.
  Error ended_badly(const std::string& how);

  std::string name_;
  Log& log_;
  Grace grace_;
  OnLine on_line_;
  std::optional<pid_t> pid_;      // until it was waited for
  Cancellation::Hook abandoned_;  // tells it to end where nobody waits for it any more
  UniqueFd input_, output_, errors_;
  std::unique_ptr<Sink> sink_;  // into input_
  std::mutex mutex_;
  std::deque<std::string> last_words_;  // guarded by mutex_
  std::atomic<bool> ended_{false};      // the process, though others may hold its descriptors
  std::thread reader_, error_reader_;
};

// Throws Error of kind config where there is no such program; `command` is not empty.
void check_command(const std::vector<std::string>& command, const std::string& folder);

}  // namespace integ::protocol
