// How long a server asks to be left alone: Retry-After, and the headers that tell what is left of a rate
// limit. Pure functions over an answer's headers; "now" is the answer's own Date where it has one, so that
// a clock that goes wrong here or there does not matter.
#pragma once

#include "http/exchange.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace integ::http {

// Longer waits than this are all alike (and refused by max_retry_after): arithmetic stays far from overflow.
inline constexpr std::chrono::milliseconds kLongestWait{std::chrono::hours(24 * 365)};

// The header's value: seconds (a fraction is rounded up) or one of the three HTTP dates. The past is 0,
// anything else nothing.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, std::int64_t now_s);

// The answer's own time, or `local_ms`.
std::int64_t server_time_s(const Answer& answer, std::int64_t local_ms);

// Retry-After of an answer; of several the longest.
std::optional<std::chrono::milliseconds> retry_after(const Answer& answer, std::int64_t local_ms);

// What is left of a limit, from RateLimit, RateLimit-*, X-RateLimit-* (X-Rate-Limit-* too).
struct RateLimit {
  bool exhausted = false;                          // nothing is left
  std::optional<std::chrono::milliseconds> reset;  // until there is more; absent: unreadable or not said, or long past
};
// A reset that passed no longer ago than this is one: the answer was just that long on its way. It is 0.
inline constexpr std::chrono::milliseconds kJustPassed{60'000};
// `longest`: a reset further away is implausible and ignored.
RateLimit rate_limit(const Answer& answer, std::int64_t local_ms, std::chrono::milliseconds longest);

// What is left by a header of the API's own (`limit_header`): "39/40", used and size, or "1", what is left.
// Nothing when it says neither.
std::optional<double> calls_left(std::string_view value);

}  // namespace integ::http
