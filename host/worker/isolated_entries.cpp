#include "worker/isolated_entries.hpp"

#include "base/error.hpp"
#include "worker/channel.hpp"
#include "worker/messages.hpp"
#include "worker/near_task.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace integ::worker {
namespace {

// What is to be said of a worker that ended in the middle of a task.
Error lost(const Settings& settings, Process& process, const NearTask& task, const bridge::Entry& entry) {
  const std::string how = process.how_it_ended();
  if (process.outstayed()) return {Kind::cancelled, "cancelled"};
  std::string message = settings.file + " " + how;
  if (entry.function == bridge::Function::run) {
    message += task.states() > 0 ? "; the last state that it emitted is kept" : "; it had emitted no state";
  }
  return {Kind::plugin, message};
}

}  // namespace

IsolatedEntries::IsolatedEntries(Settings settings, Log& log, const Cancellation& cancellation)
    : settings_(std::move(settings)), log_(log), cancellation_(cancellation) {}

pid_t IsolatedEntries::pid() const {
  const std::lock_guard lock(mutex_);
  return process_ && process_->running() ? process_->pid() : -1;
}

IsolatedEntries::Opened IsolatedEntries::open() {
  const std::lock_guard lock(mutex_);
  if (process_ && process_->running()) {
    if (std::optional<UniqueFd> socket = process_->open_task()) return {process_, std::move(*socket)};
  }
  process_ = Process::start(settings_, log_, cancellation_);
  std::optional<UniqueFd> socket = process_->open_task();
  if (!socket) throw Error(Kind::plugin, settings_.file + " " + process_->how_it_ended() + " before it was entered");
  return {process_, std::move(*socket)};
}

integ_status IsolatedEntries::enter(const bridge::Entry& entry, bridge::Context& context) {
  Opened opened = open();
  Process& process = *opened.process;
  std::chrono::steady_clock::duration late{0};
  Channel channel(std::move(opened.socket), kMostFromWorker, [&](int fd, short events) {
    if (!process.wait(fd, events, late)) throw ChannelClosed();
  });
  NearTask task(channel, context);
  try {
    return task.run(entry);
  } catch (const ChannelClosed&) {
    throw lost(settings_, process, task, entry);
  } catch (const BrokenFrame& broken) {
    process.kill(std::string("a frame of its broke the protocol: ") + broken.what());
    throw lost(settings_, process, task, entry);
  }
}

}  // namespace integ::worker
