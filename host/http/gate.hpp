// When a request to a host may leave: one gate a host, shared by all streams of a run.
//
//   gates.pass(origin, clock, cancellation, on_wait);   // returns when it is this request's turn
//   gates.close(origin, until);                         // the server asked for patience
//
// Three things in one place, because they decide the same moment:
//   - a closed gate (429, 503, a limit that is used up): who came meanwhile leaves one by one after it opens,
//   - the token bucket of requests_per_second and burst,
//   - a quota of repetitions, so that an outage ends a run soon instead of after every stream's own budget.
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
  // Between two requests that leave a gate which has just opened.
  static constexpr std::chrono::milliseconds kSpacing{50};
  // Repetitions a host allows at once; each success gives one back. Twenty streams with five each.
  static constexpr int kQuota = 100;

  Gates(double requests_per_second, int burst);

  // Called with its length before each wait, and with zero after it.
  using OnWait = std::function<void(std::chrono::milliseconds wait)>;
  // False when cancelled.
  bool pass(const std::string& origin, Clock& clock, const Cancellation& cancellation, const OnWait& on_wait);
  // Never opens a gate earlier than it was to open.
  void close(const std::string& origin, Steady::time_point until);
  // Takes one repetition from the quota; false when there is none.
  bool may_repeat(const std::string& origin);
  void succeeded(const std::string& origin);

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
