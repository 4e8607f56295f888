// The window of an incremental run: from where it asks, and what it may store when it is done.
//
//   auto state = ctx.state<State>();
//   auto window = integ::window(ctx, state.since, std::chrono::minutes(5));
//   auto request = integ::Request(config.url).path("orders");
//   if (!window.from().empty()) request.query("updated_since", window.from());
//   integ::pages(ctx, request, integ::next_link("/next"), "/orders", integ::max("/updated_at", window.latest));
//   state.since = window.next();
//   ctx.emit_state(state);
//
// What is easily got wrong: rows that share the last row's second are asked for again rather than lost (`from` is the
// stored instant itself, not the one behind it); rows that the server shows only some time after their own timestamp
// are found by looking back; and the bookmark never passes the moment at which the run began, whatever the clocks of
// rows say, so that what is written while it runs is read by the next one. Rows that come twice are the price: give the
// stream a primary key.
#pragma once

#include <integ/context.hpp>
#include <integ/types.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace integ {
inline namespace v1 {

class Window {
 public:
  Window(DateTime since, DateTime began, std::chrono::nanoseconds look_back)
      : latest(since), since_(std::move(since)), began_(std::move(began)), look_back_(look_back) {}

  // Empty at the first run: everything. Else the stored instant less the look-back, in UTC.
  DateTime from() const { return since_.earlier(look_back_); }
  // When the run began: an end for APIs that take one.
  const DateTime& to() const { return began_; }
  // What the next run goes on from: the latest that was seen, not past the run's beginning and never back.
  DateTime next() const {
    if (began_.empty() || !latest.instant()) return std::max(latest, since_);
    return std::max(std::min(latest, began_), since_);
  }

  DateTime latest;  // for integ::max()

 private:
  DateTime since_, began_;
  std::chrono::nanoseconds look_back_;
};

inline Window window(const HttpContext& ctx, const DateTime& since, std::chrono::nanoseconds look_back = {}) {
  return {since, ctx.selection().started_at, look_back};
}

}  // namespace v1
}  // namespace integ
