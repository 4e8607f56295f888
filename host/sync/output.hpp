// The one writer of an output: a queue, bounded in bytes, from many tasks to one adapter session.
//
// Invariants: (1) what one stream pushes is written in that order, so a state never overtakes the records
// it covers; (2) a state goes to `commit` only after the session confirmed it; (3) at most one state a
// second and a stream is written, a newer one replaces one that waits, and the last is always written;
// (4) after the writer failed nothing more is written, every push throws that error, and the run is
// cancelled. push() blocks while the queue is full and wakes on cancellation; records that were pushed
// before a cancellation are still written.
#pragma once

#include "base/error.hpp"
#include "model/batch.hpp"
#include "protocol/adapter.hpp"
#include "sync/services.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace integ::sync {

class Output {
 public:
  // Called on the writer thread with a state that is safe at its destination.
  using Commit = std::function<void(const Stream&, const std::string& json)>;

  // `last_ticket` is the last one that the session was given before.
  Output(protocol::Session& session, Services services, Commit commit, std::uint64_t last_ticket = 0,
         std::size_t capacity_bytes = kCapacity);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Throws the writer's error, or kind cancelled.
  void push(Batch batch);
  // Throws the writer's error. Waits as push() does, but is taken from a cancelled run, too.
  void push_state(const Stream& stream, std::string json);
  // Never blocks: events are small and few. False, and lost, after the writer failed. With a stream, its last state
  // goes out first: COMPLETE comes after the state.
  bool push_event(protocol::Event kind, std::string json, const Stream* stream = nullptr);

  // An event that somebody must have before the caller goes on: goes before all that is queued, and has reached its
  // destination when this returns. Throws the writer's error, or kind output once finish() was called.
  void say(protocol::Event kind, std::string json);

  // Writes what is queued, then the last states, then flushes for good and commits. Throws the writer's
  // error. The session is not closed here.
  void finish();

  // Two pages of a megabyte: enough to keep the writer busy, little enough to keep memory flat.
  static constexpr std::size_t kCapacity = 4u << 20;

 private:
  struct StateItem {
    const Stream* stream;
    std::string json;
  };
  struct EventItem {
    protocol::Event kind{};
    std::string json;
    const Stream* stream = nullptr;
    std::shared_ptr<bool> heard{};  // somebody waits for it; guarded by mutex_
  };
  using Item = std::variant<Batch, StateItem, EventItem>;
  // What the writer knows of a stream's states.
  struct Pending {
    std::optional<std::string> json;  // waits for its second to pass
    Steady::time_point next{};        // when the stream may write a state again
  };

  void write_all();  // the writer thread
  // These three with mutex_ held.
  bool urgent() const;
  void wake_writer();
  void gather(std::unique_lock<std::mutex>& lock);  // until there is enough to write, or for a moment
  static std::size_t bytes_of(const Item& item);
  void write_item(Item& item);
  void write_state(const Stream& stream, Pending& pending);
  std::optional<Steady::time_point> write_due_states(bool all);
  void flush(protocol::Flush how);
  void commit_up_to(std::uint64_t confirmed);
  void fail(const Error& error);

  protocol::Session& session_;
  Services services_;
  Commit commit_;
  const std::size_t capacity_;

  std::mutex mutex_;
  std::condition_variable room_, work_, heard_;
  std::deque<Item> queue_;  // guarded by mutex_, as are all down to failed_
  std::size_t queued_bytes_ = 0;
  bool ending_ = false;
  bool hurry_ = false;  // something in the queue is waited for
  enum class WaitsFor { anything, enough };
  WaitsFor waits_for_ = WaitsFor::anything;  // the writer, when it waits
  std::optional<Error> failed_;

  // The writer thread's own.
  std::map<const Stream*, Pending> pending_;
  std::deque<std::pair<std::uint64_t, StateItem>> unconfirmed_;
  std::uint64_t ticket_;
  bool unflushed_ = false;
  Steady::time_point next_flush_{};  // a busy writer asks then
  Cancellation::Hook hook_;
  std::thread writer_;
};

}  // namespace integ::sync
