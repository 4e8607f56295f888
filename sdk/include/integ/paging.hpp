// All pages of a list, in one expression:
//
//   void read_orders(integ::HttpContext& ctx) {
//     const auto config = ctx.config<Config>();
//     auto state = ctx.state<State>();
//     auto request = integ::Request(config.url).path("orders").query("limit", 100).query("since", state.since);
//     integ::pages(ctx, request, integ::next_link("/next"), "/orders", integ::max("/updated_at", state.since));
//     ctx.emit_state(state);
//   }
//
// pages(ctx, request, pager, records, options...) asks, emits the array at `records`, finds the next page as
// the pager says (pagers.hpp has them all), and goes on until there is none. It answers how many records
// there were. The options are those of emit_batch (emission.hpp), and beside them
//
//   integ::each_page([&] { ctx.emit_state(state); })  // after each page: for lists sorted by their cursor
//   integ::checkpoint(state, state.next)              // where a run that was cut goes on; see below
//
// What stands in the request stays there from page to page: headers, credentials, other parameters. Only a
// link is complete in itself; of the request that it comes from it keeps the headers, and of those the
// secret ones only on the same origin.
#pragma once

#include <integ/pagers.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace integ {
inline namespace v1 {
namespace detail {

// After a page: `position` names the next one, nullptr when it was the last.
template <class T>
concept FollowsPages = requires(const T& option, HttpContext& ctx, const Response& page, const std::string* position) {
  option.after(ctx, page, position);
};
template <class T>
concept KnowsPosition = requires(const T& option) {
  { option.position() } -> std::convertible_to<std::string>;
};

template <class F>
struct EachPage : NoOption {
  explicit EachPage(F does) : function(std::move(does)) {}
  F function;
  void after(HttpContext&, const Response& page, const std::string*) const {
    if constexpr (std::invocable<const F&, const Response&>) {
      function(page);
    } else {
      function();
    }
  }
};

template <class State>
struct Checkpoint : NoOption {
  Checkpoint(State& whole, std::optional<std::string>& part) : state(&whole), at(&part) {}
  State* state;
  std::optional<std::string>* at;
  std::string position() const { return at->value_or(""); }
  void after(HttpContext& ctx, const Response&, const std::string* position) const {
    if (position == nullptr) return at->reset();
    *at = *position;
    ctx.emit_state(*state);
  }
};

// What a pager knows of each emission; an option of the caller goes before it.
struct OfPager {
  std::uint32_t flags;
  std::string_view total;
  void apply(Emission& emission) const {
    emission.flags |= flags;
    if (emission.total.empty()) emission.total = total;
  }
};

template <class Option>
void find_position(const Option& option, std::string& position) {
  if constexpr (KnowsPosition<Option>) position = option.position();
}
template <class Option>
void after_page(const Option& option, HttpContext& ctx, const Response& page, const std::string* position) {
  if constexpr (FollowsPages<Option>) option.after(ctx, page, position);
}

// Asks ahead for pages that the pager can tell: few at first, since nobody knows how many there are.
template <class P>
void hint(HttpContext& ctx, const Request& request, const P& pager, std::uint64_t pages_done) {
  if (pager.window() == 0 || pages_done == 0 || request.is_late()) return;
  const unsigned window = pages_done < 16 ? std::min(pager.window(), 1U << pages_done) : pager.window();
  for (unsigned page = 1; page <= window; ++page) {
    const std::optional<Request> soon = pager.ahead(request, page);
    if (!soon) return;
    ctx.prefetch(*soon);
  }
}

}  // namespace detail

// After each page, the last one too; a function of nothing or of the page.
template <class F>
detail::EachPage<F> each_page(F function) {
  return detail::EachPage<F>(std::move(function));
}
// Keeps the next page in `position`, a member of `state`, and emits the state after each page but the last,
// where it empties it: what is to be stored at the end is the caller's to say. A run that begins with a
// position goes on there, so the rest of the request must be the same as it was.
template <class State>
detail::Checkpoint<State> checkpoint(State& state, std::optional<std::string>& position) {
  return {state, position};
}

template <class P, class... Option>
std::uint64_t pages(HttpContext& ctx, Request request, P pager, std::string_view records, const Option&... options) {
  pager.begin(request);
  std::string position;
  (detail::find_position(options, position), ...);
  if (!position.empty()) pager.go_to(request, position);
  std::uint64_t rows = 0;
  Response page;
  for (std::uint64_t done = 0;; ++done) {
    detail::hint(ctx, request, pager, done);
    const std::uint64_t received = ctx.emit_batch(request, page, records, pager.observation(), options...,
                                                  detail::OfPager{pager.flags(), pager.stated_total()});
    rows += received;
    const std::optional<bool> more = pager.says_more(page);
    const bool goes_on = more != std::optional(false) && pager.next(request, {page, received, more});
    if (!goes_on && more == std::optional(true)) {
      detail::raise(Failure::malformed, "The page says at " + pager.has_more() +
                                            " that there is more, but not where: rows are missing. It is " +
                                            detail::without_userinfo(page.url()));
    }
    const std::string next = goes_on ? pager.position() : std::string();
    (detail::after_page(options, ctx, page, goes_on ? &next : nullptr), ...);
    if (!goes_on) return rows;
  }
}

}  // namespace v1
}  // namespace integ
