// Requests that a connector says will come soon, made before they come.
//
//   Prefetch prefetch(connection, room, who);
//   prefetch.hint(request);                                       // begins with it where a thread is free
//   std::optional<http::Early> early = prefetch.claim(request);   // waits for it; nothing: ask yourself
//
// Each belongs to one call of a connector's `run` and is used on its thread; what is ahead runs in the threads of the
// pool that no task wants, so that tasks and requests ahead have one bound between them. A claim never waits for what
// has not begun. The destructor ends what is under way, within 50 ms, and returns when it has ended: nothing outlives
// the `run` that hinted at it.
//
// No more than the pool has threads are there unclaimed: so many requests are too many at most, wherever a list ends.
// One that failed is forgotten, is not tried again, and keeps others from going ahead until it is claimed. In a
// stream's counters a request is there once it was sent, what came for it once it is claimed.
#pragma once

#include "base/cancellation.hpp"
#include "bridge/backend.hpp"
#include "http/client.hpp"
#include "sync/connection.hpp"
#include "sync/task_pool.hpp"

#include <atomic>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace integ::sync {

class Prefetch {
 public:
  // What all of a sync's runs share.
  struct Room {
    explicit Room(std::size_t threads, std::size_t bytes_at_most = kMostBytes)
        : most_bytes(bytes_at_most), pool(threads) {}
    const std::size_t most_bytes;  // of bodies ahead, those under way included
    std::atomic<std::size_t> bytes{0};
    TaskPool pool;  // last: its threads end first
  };
  // Twenty pages of three megabytes.
  static constexpr std::size_t kMostBytes = 64u << 20;

  // Borrows connection and room. `who` is whom the requests are counted for; its cancellation ends them, too.
  Prefetch(Connection& connection, Room& room, http::Caller who);
  ~Prefetch();
  Prefetch(const Prefetch&) = delete;
  Prefetch& operator=(const Prefetch&) = delete;

  // Unless it is there already, or not to be made ahead: only GET and HEAD are, not what is built anew for each
  // attempt, and no more than `most` at a time. Never fails.
  void hint(const bridge::Request& request, std::size_t most = std::numeric_limits<std::size_t>::max());
  // The answer that this very request got, once; nothing where there is none, or it was no good.
  std::optional<http::Early> claim(const bridge::Request& request);

 private:
  struct Entry;
  class Keeper;
  struct Shared;
  void send(Entry& entry);
  bool has_room(Entry& entry, const std::string& body) noexcept;  // takes it, in any case
  void let_go(Entry& entry) noexcept;                             // gives it back

  Connection& connection_;
  Room& room_;
  const http::Caller who_;
  Cancellation stop_;                            // of the run, or of this alone
  std::vector<std::shared_ptr<Entry>> entries_;  // unclaimed, in the order of their hints
  std::shared_ptr<Shared> shared_;               // with what waits in the pool, which may outlive this
  Cancellation::Hook hook_;                      // last: it calls stop_
};

}  // namespace integ::sync
