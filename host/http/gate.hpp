// When a request to a host may leave: one gate a host, shared by all streams of a run.
//
//   gates.pass(origin, clock, cancellation, on_wait);   // returns when it is this request's turn
//   gates.close(origin, until);                         // the server asked for patience
//
// Three things in one place, because they decide the same moment:
//   - a closed gate (429, 503, a limit that is used up): who came meanwhile leaves one by one after it opens,
//   - the token bucket of requests_per_second and burst,
//   - a quota of repetitions, so that an outage ends a run soon instead of after every stream's own budget.
// How many requests may be under way at once is the window's business (window.hpp).
// Turns are given out as points in time, so nobody holds a lock while waiting. Safe from every thread.
#pragma once

#include "base/cancellation.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace integ::http {

class Gates {
 public:
  // Long enough to keep as many requests under way as a bucket allows, short enough for a thread that others may want.
  static constexpr std::chrono::seconds kPatience{2};
  // Between two requests that leave a gate which has just opened.
  static constexpr std::chrono::milliseconds kSpacing{50};
  // What repetitions of one host may cost together while they have not led to an answer. A request that is
  // answered in the end gives back what it took, so a server that stumbles often never uses this up; one that
  // is gone uses it up when twenty streams have tried three more times each (or waited in vain for an answer
  // one and a half times more).
  static constexpr int kQuota = 60;
  static constexpr int kRepeatCost = 1;
  static constexpr int kTimeoutCost = 2;  // who waits for nothing waits long

  Gates(double requests_per_second, int burst);

  // Called with its length before each wait, and with zero after it.
  using OnWait = std::function<void(std::chrono::milliseconds wait)>;
  // False when cancelled.
  bool pass(const std::string& origin, Clock& clock, const Cancellation& cancellation, const OnWait& on_wait);
  // For a request that takes second place. False, and no turn is taken, where the gate is closed, where others still
  // leave it one by one, or where the bucket's next turn is further away than kPatience. False as well when it was
  // cancelled or the gate was closed while it waited for its turn.
  bool pass_soon(const std::string& origin, Clock& clock, const Cancellation& cancellation);
  // Never opens a gate earlier than it was to open.
  void close(const std::string& origin, Steady::time_point until);
  // What a server says of its own bucket: so many requests of it are used up. It only makes the local bucket
  // emptier than it is, never fuller; without requests_per_second there is none, and nothing changes.
  void spent(const std::string& origin, double requests, Steady::time_point now);
  // Takes a repetition's cost from the quota; false when it has not that much left.
  bool may_repeat(const std::string& origin, int cost = kRepeatCost);
  // A request was answered: what it took comes back, and one more.
  void succeeded(const std::string& origin, int taken = 0);

 private:
  struct Gate {
    Steady::time_point opens = Steady::time_point::min();      // closed before it
    Steady::time_point last_turn = Steady::time_point::min();  // given out after a closing
    Steady::time_point arrival = Steady::time_point::min();    // theoretical arrival time of the token bucket
    int quota = kQuota;
  };
  Steady::time_point turn(Gate& gate, Steady::time_point now);

  std::chrono::nanoseconds interval_{0};  // between tokens, 0: no limit
  std::chrono::nanoseconds tolerance_{0};
  std::mutex mutex_;
  std::map<std::string, Gate> gates_;  // guarded by mutex_
};

}  // namespace integ::http
