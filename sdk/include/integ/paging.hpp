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

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

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

// Is this HTTP status how the server says that it does not know a position any more?
template <class T>
concept Forgets = requires(const T& option) {
  { option.forgets(0) } -> std::convertible_to<bool>;
};

template <class State>
struct Checkpoint : NoOption {
  Checkpoint(State& whole, std::optional<std::string>& part) : state(&whole), at(&part) {}
  // Tokens that live shorter than a state may be kept: when the server answers the first request with this status, the
  // position is dropped and the list begun anew. What an earlier run emitted of it comes again, and nothing is lost.
  Checkpoint& forgotten(int http_status) { return status = http_status, *this; }

  State* state;
  std::optional<std::string>* at;
  int status = 0;
  bool forgets(int http_status) const { return status != 0 && http_status == status; }
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

template <class Option>
bool is_forgotten(const Option& option, int status) {
  if constexpr (Forgets<Option>) return option.forgets(status);
  return false;
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
// position goes on there, so the rest of the request must be the same as it was. `.forgotten(400)` says with which
// status a server answers to a position that it does not know any more: the list is begun anew then.
template <class State>
detail::Checkpoint<State> checkpoint(State& state, std::optional<std::string>& position) {
  return {state, position};
}

template <class P, class... Option>
std::uint64_t pages(HttpContext& ctx, Request request, P pager, std::string_view records, const Option&... options) {
  std::string position;
  (detail::find_position(options, position), ...);
  const Request first = request;
  const P at_first = pager;
  pager.begin(request);
  if (!position.empty()) pager.go_to(request, position);
  std::uint64_t rows = 0;
  Response page;
  for (std::uint64_t done = 0;; ++done) {
    detail::hint(ctx, request, pager, done);
    std::uint64_t received = 0;
    const auto ask = [&] {
      return ctx.try_emit_batch(received, request, page, records, pager.observation(), options...,
                                detail::OfPager{pager.flags(), pager.stated_total()});
    };
    Status status = ask();
    if (status.failed() && done == 0 && !position.empty() && (detail::is_forgotten(options, page.status()) || ...)) {
      ctx.log(LogLevel::warn, "the server does not know the page any more that the state names: the list begins anew");
      request = first;
      pager = at_first;
      pager.begin(request);
      status = ask();
    }
    detail::must(status.code());
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

// What many requests answer, one after the other: the details of a page's records, say. Those behind are asked for
// ahead, up to 20 of them, as far as the run's concurrency has room. Options are those of emit_batch.
template <class... Option>
std::uint64_t emit_each(HttpContext& ctx, const std::vector<Request>& requests, std::string_view records,
                        const Option&... options) {
  constexpr std::size_t most_ahead = 20;
  std::uint64_t rows = 0;
  for (std::size_t at = 0; at < requests.size(); ++at) {
    // All of them each time: the host forgets hints that it had no room for, and those that it took cost nothing.
    const std::size_t end = std::min(requests.size(), at + 1 + most_ahead);
    for (std::size_t soon = at + 1; soon < end; ++soon) ctx.prefetch(requests[soon]);
    rows += ctx.emit_batch(requests[at], records, options...);
  }
  return rows;
}

}  // namespace v1
}  // namespace integ
