#include "http/gate.hpp"

#include <algorithm>

namespace integ::http {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

Gates::Gates(double requests_per_second, int burst) {
  if (requests_per_second <= 0) return;
  interval_ = nanoseconds(static_cast<std::int64_t>(1e9 / requests_per_second));
  tolerance_ = interval_ * (std::max(burst, 1) - 1);
}

// GCRA (the generic cell rate algorithm): a bucket is one point in time, the theoretical arrival.
Steady::time_point Gates::turn(Gate& gate, Steady::time_point now) {
  Steady::time_point when = now;
  if (interval_.count() > 0) {
    gate.arrival = std::max(gate.arrival, now);
    when = std::max(now, gate.arrival - tolerance_);
    gate.arrival += interval_;
  }
  if (when < gate.opens) {
    when = std::max(gate.opens, gate.last_turn + kSpacing);
    gate.last_turn = when;
  } else if (gate.last_turn > when) {  // others still leave one by one
    when = gate.last_turn + kSpacing;
    gate.last_turn = when;
  }
  return when;
}

bool Gates::pass(const std::string& origin, Clock& clock, const Cancellation& cancellation, const OnWait& on_wait) {
  Steady::time_point when;
  {
    const std::lock_guard lock(mutex_);
    when = turn(gates_[origin], clock.steady());
  }
  for (;;) {
    const Steady::time_point now = clock.steady();
    if (when <= now) return !cancellation.cancelled();
    on_wait(std::chrono::ceil<milliseconds>(when - now));
    const bool slept = clock.sleep_until(when, cancellation);
    on_wait(milliseconds{0});
    if (!slept) return false;
    const std::lock_guard lock(mutex_);
    Gate& gate = gates_[origin];
    const Steady::time_point woke = clock.steady();
    if (woke < gate.opens) {  // closed again meanwhile
      when = std::max(gate.opens, gate.last_turn + kSpacing);
      gate.last_turn = when;
    }
  }
}

bool Gates::pass_soon(const std::string& origin, Clock& clock, const Cancellation& cancellation) {
  Steady::time_point when;
  {
    const std::lock_guard lock(mutex_);
    Gate& gate = gates_[origin];
    const Steady::time_point now = clock.steady();
    if (now < gate.opens || now < gate.last_turn) return false;
    if (interval_.count() > 0 && std::max(gate.arrival, now) - tolerance_ > now + kPatience) return false;
    when = turn(gate, now);
  }
  if (when > clock.steady() && !clock.sleep_until(when, cancellation)) return false;
  const std::lock_guard lock(mutex_);
  return clock.steady() >= gates_[origin].opens && !cancellation.cancelled();
}

void Gates::close(const std::string& origin, Steady::time_point until) {
  const std::lock_guard lock(mutex_);
  Gate& gate = gates_[origin];
  gate.opens = std::max(gate.opens, until);
}

void Gates::spent(const std::string& origin, double requests, Steady::time_point now) {
  if (interval_.count() <= 0 || !(requests > 0)) return;
  // Far below the range of a time point, whatever a server writes.
  const double wait = std::min(requests * static_cast<double>(interval_.count()), 1e18 / 4);
  const std::lock_guard lock(mutex_);
  Gate& gate = gates_[origin];
  gate.arrival = std::max(gate.arrival, now + nanoseconds(static_cast<std::int64_t>(wait)));
}

bool Gates::may_repeat(const std::string& origin, int cost) {
  const std::lock_guard lock(mutex_);
  Gate& gate = gates_[origin];
  if (gate.quota < cost) return false;
  gate.quota -= cost;
  return true;
}

void Gates::succeeded(const std::string& origin, int taken) {
  const std::lock_guard lock(mutex_);
  Gate& gate = gates_[origin];
  gate.quota = std::min(gate.quota + taken + 1, kQuota);
}

}  // namespace integ::http
