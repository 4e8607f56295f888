// A connector's worker process, from its start to its end.
//
//   auto process = Process::start(settings, log, cancellation);      // it has loaded the connector
//   UniqueFd socket = process->open_task();                          // the worker serves the other end
//
// The worker is this program executed again. A thread of the host's starts it, passes on what it prints as lines of the
// log, and waits for its end, so that it leaves no zombie; the worker dies with that thread, and so with the host.
// Everything but start() is safe from any thread.
#pragma once

#include "base/cancellation.hpp"
#include "base/files.hpp"
#include "base/log.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>

namespace integ::worker {

// The hidden verb: `integ --connector-worker FILE CONNECTOR`.
inline constexpr const char* kVerb = "--connector-worker";

struct Settings {
  std::string executable;
  std::string file;       // the plug-in
  std::string connector;  // one of its connectors
  // As long as a listing waits for a file: static constructors of a large library on a slow disk.
  std::chrono::milliseconds start_limit{10'000};
  // For how long a connector may go on with its own work when the run was cancelled. Whoever waits for a host to end
  // gives it ten seconds, most often (Docker and Kubernetes: 10 and 30 s).
  std::chrono::milliseconds grace{5'000};
};

class Process {
 public:
  // Throws Error: of kind plugin for a connector that can't be loaded, internal for a process that can't be made,
  // cancelled. Borrows log and cancellation.
  static std::shared_ptr<Process> start(const Settings& settings, Log& log, const Cancellation& cancellation);
  // Tells the worker to end, and ends it where it does not.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The host's end of a new task's socket. Throws Error of kind internal; nullopt when the worker has gone.
  std::optional<UniqueFd> open_task();
  bool running() const;
  pid_t pid() const noexcept { return pid_; }
  // Waits until the descriptor is ready for `events`. False when the worker has ended instead, or was killed because
  // it had gone on beyond the grace after a cancellation; `late` counts that time, of one task.
  bool wait(int fd, short events, std::chrono::steady_clock::duration& late);
  // With the reason, as it follows "was killed: ". False when it has ended, or was killed before.
  bool kill(const std::string& why);
  // What became of a worker that no longer answers, as it follows its file's name: "crashed with SIGSEGV". One that is
  // still there is killed.
  std::string how_it_ended();
  // It was killed for not ending when the run was cancelled.
  bool outstayed() const;

 private:
  Process(const Settings& settings, Log& log, const Cancellation& cancellation);
  void begin();
  void hello();
  void watch(UniqueFd channel);
  pid_t spawn_child(const UniqueFd& channel);
  void pass_on_until_it_ends();
  void cancel() noexcept;

  const Settings settings_;
  Log& log_;
  const Cancellation& cancellation_;
  UniqueFd control_;    // of messages: tasks to the worker, its first word from it
  UniqueFd cancelled_;  // an eventfd: readable once the run is cancelled
  UniqueFd pidfd_;      // readable once the worker has ended
  UniqueFd out_, err_;  // what it prints
  pid_t pid_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool spawned_ = false;            // or failed to be; guarded by mutex_, as is all below
  std::exception_ptr not_spawned_;  // why not
  std::optional<int> status_;       // of waitpid, once it has ended
  std::string killed_because_;
  bool outstayed_ = false;
  std::thread watcher_;
  Cancellation::Hook hook_;
};

// The worker's side, from its start to its end: loads the plug-in and serves tasks. Takes descriptor
// kChildChannel. Returns the exit code; end with _exit(), so that no destructor of a plug-in runs.
int serve_connector(const std::string& file, const std::string& connector);

}  // namespace integ::worker
