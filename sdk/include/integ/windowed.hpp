// Lists that are read in windows of time: each from where the last one ended to the moment at which its run began.
// For APIs that can be asked for what changed since a time.
//
//   integ::Windowed window(ctx, std::chrono::minutes(1), config.start_date);
//   request.query("updated_at_min", window.from()).query("updated_at_max", window.to());
//   integ::pages(ctx, request, integ::link_header(), "/orders", window.checkpoint().forgotten(400));
//   window.finish();
//
// The state says {"to": END} when a window was read. With checkpoint(), a run that was cut leaves the window's end and
// its next page beside it, and the next run goes on there: the order of the pages does not matter. Where records come
// oldest first, sorted("/updated_at") in its place leaves each page's latest time as `to`, and a run that was cut is
// followed by a window from there on, which needs no page to be remembered.
//
// An API that takes no upper end gives more than the window has, and gives it again to the next run, as it does what
// the look-back covers: the stream needs a primary key. Thread: that of the run. It borrows the context.
#pragma once

#include <integ/emission.hpp>
#include <integ/paging.hpp>
#include <integ/window.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace integ {
inline namespace v1 {

struct WindowState {
  DateTime to;  // all that changed until then was read
  // Of a window that a run was cut in: its end, and the page to go on with.
  std::optional<DateTime> until;
  std::optional<std::string> next;
  Rest others;
};
INTEG_FIELDS(WindowState, to, until, next, others)

namespace detail {

// After each page, a state of the latest time so far.
struct SortedWindow : Observation<DateTime> {
  SortedWindow(std::string time, WindowState& whole)
      : Observation<DateTime>(integ::max(std::move(time), whole.to)), state(&whole) {}

  WindowState* state;
  void after(HttpContext& ctx, const Response&, const std::string*) const {
    ctx.emit_state(WindowState{state->to, {}, {}, state->others});
  }
};

}  // namespace detail

class Windowed {
 public:
  // Reads the state. The window begins `look_back` before the last one's end, for what the server shows late; the
  // first one at `start`, or with everything.
  explicit Windowed(HttpContext& ctx, std::chrono::nanoseconds look_back = {}, std::optional<DateTime> start = {})
      : ctx_(ctx), state_(ctx.state<WindowState>()) {
    const Window window = integ::window(ctx, state_.to, look_back);
    from_ = state_.to.empty() ? std::move(start) : window.from();
    // A page makes no sense without its window, nor the other way round.
    if (state_.until && state_.next) return;
    state_.until = window.to();
    state_.next.reset();
  }

  const std::optional<DateTime>& from() const { return from_; }
  const DateTime& to() const { return *state_.until; }
  // One of them for pages(). `time` is where a record has it.
  detail::Checkpoint<WindowState> checkpoint() { return integ::checkpoint(state_, state_.next); }
  detail::SortedWindow sorted(std::string time) { return {std::move(time), state_}; }
  // All pages were read: emits the state from which the next window begins.
  void finish() {
    state_.to = *state_.until;
    state_.until.reset();
    state_.next.reset();
    ctx_.emit_state(state_);
  }

 private:
  HttpContext& ctx_;
  WindowState state_;
  std::optional<DateTime> from_;
};

}  // namespace v1
}  // namespace integ
