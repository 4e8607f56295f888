// A connector entered in a worker process: one for all runs of a connection, started when it is first needed, and
// again when it has gone.
//
//   IsolatedEntries entries({executable, file, connector}, log, cancellation);
//   Connection connection(..., entries);
//
// Whoever enters sees what a call in this process would show, to the byte. Beyond that an Error of kind plugin says
// that the worker crashed, closed its socket or broke the protocol; all tasks that were in it end so.
#pragma once

#include "bridge/entries.hpp"
#include "worker/process.hpp"

#include <memory>
#include <mutex>

namespace integ::worker {

class IsolatedEntries final : public bridge::Entries {
 public:
  // Borrows log and cancellation.
  IsolatedEntries(Settings settings, Log& log, const Cancellation& cancellation);

  integ_status enter(const bridge::Entry& entry, bridge::Context& context) override;
  // Of the worker that there is, or -1.
  pid_t pid() const;

 private:
  struct Opened {
    std::shared_ptr<Process> process;
    UniqueFd socket;
  };
  Opened open();

  const Settings settings_;
  Log& log_;
  const Cancellation& cancellation_;
  mutable std::mutex mutex_;
  std::shared_ptr<Process> process_;  // guarded by mutex_
};

}  // namespace integ::worker
