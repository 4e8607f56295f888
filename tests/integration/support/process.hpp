// A program under test: started, listened to, signalled, waited for.
//
//   Process run({.arguments = {integ(), "run", "p.yaml"}, .folder = folder.path()});
//   run.wait_for_err("page 2");           // until it said so, or the test's patience ends
//   run.kill(SIGTERM);
//   Outcome end = run.wait();
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <iosfwd>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace integration {

// How long anything may take before the test calls it a hang. Never a measure of speed.
inline constexpr std::chrono::seconds patience{60};

struct Outcome {
  int exit_code = -1;  // as a shell says it: 128 + N where signal N ended it
  int signal = 0;      // that ended it, or 0
  bool hung = false;   // it had to be killed after `patience`
  std::string out;
  std::string err;
};
// For GoogleTest's messages: code and stderr.
std::ostream& operator<<(std::ostream& stream, const Outcome& outcome);

// The most memory that a process has had at once, so far, in bytes; 0 when it is gone. (What wait4(2) tells of a child
// begins with its parent's.)
std::size_t peak_memory(pid_t pid);

// Owns the child and two threads that read what it prints, so that it is never held up by a full pipe. The destructor
// kills a child that still runs.
class Process {
 public:
  struct Options {
    std::vector<std::string> arguments;              // the program first
    std::map<std::string, std::string> environment;  // all of it
    std::string folder;                              // working directory; "": the test's own
    std::string input;                               // its standard input, then end of file
    std::string out_file;                            // standard output goes there and isn't captured
    bool records_fit = true;                         // what a tap prints is as its schemas say; see platform_output.hpp
  };

  // Throws std::system_error where it can't be started.
  explicit Process(const Options& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  // Nothing once it has ended.
  void kill(int signal_number);
  // False when it ended, or patience did, without having said that.
  bool wait_for_out(std::string_view text);
  bool wait_for_err(std::string_view text);
  bool running();
  // Once. Checks what was printed for a platform (platform_output.hpp).
  Outcome wait();

 private:
  struct Captured {
    std::string text;
    bool over = false;
  };

  void read_all(int raw, Captured& into);
  bool wait_for(const Captured& captured, std::string_view text);
  void watch();

  const Options options_;
  pid_t pid_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  Captured out_;
  Captured err_;
  std::optional<int> status_;
  bool hung_ = false;
  std::thread out_reader_;
  std::thread err_reader_;
  std::thread watcher_;
};

// The processes whose parent is that one.
std::vector<pid_t> children_of(pid_t parent);

}  // namespace integration
