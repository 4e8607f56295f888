#include "http/retry_after.hpp"

#include "base/text.hpp"
#include "http/http_date.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace integ::http {

using std::chrono::milliseconds;

namespace {

constexpr double kLongestSeconds = static_cast<double>(kLongestWait.count()) / 1000.0;

// Digits with an optional fraction; no sign, no exponent.
std::optional<double> plain_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  if (std::count(text.begin(), text.end(), '.') > 1 || text.front() == '.') return std::nullopt;
  if (text.substr(0, text.find('.')).size() > 15) return 1e15;  // saturates
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

milliseconds seconds_from_now(double seconds) {
  const double whole = std::clamp(std::ceil(seconds), 0.0, kLongestSeconds);
  return milliseconds(static_cast<std::int64_t>(whole) * 1000);
}

// "2024-01-02T03:04:05Z", as some put into X-RateLimit-Reset.
std::optional<std::int64_t> parse_iso(std::string_view text) {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const auto field = [&](std::size_t at, std::size_t size) {
    int value = -1;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + size, value);
    return error == std::errc() && end == text.data() + at + size ? value : -1;
  };
  const std::string_view zone = text.substr(19);
  if (!(zone.ends_with('Z') || zone.ends_with("+00:00") || zone.empty())) return std::nullopt;
  namespace ch = std::chrono;
  const ch::year_month_day date{ch::year(field(0, 4)), ch::month(static_cast<unsigned>(field(5, 2))),
                                ch::day(static_cast<unsigned>(field(8, 2)))};
  const int hour = field(11, 2);
  const int minute = field(14, 2);
  const int second = field(17, 2);
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  return std::int64_t{ch::sys_days(date).time_since_epoch().count()} * 86'400 + hour * 3'600 + minute * 60 + second;
}

// Over 1e12 it is a time in ms, over 1e9 one in s, an ISO date, else seconds from now.
std::optional<double> seconds_until_reset(std::string_view text, std::int64_t now_s) {
  if (const auto value = plain_number(trimmed(text))) {
    if (*value > 1e12) return *value / 1000.0 - static_cast<double>(now_s);
    if (*value > 1e9) return *value - static_cast<double>(now_s);
    return *value;
  }
  if (const auto date = parse_iso(trimmed(text))) return static_cast<double>(*date - now_s);
  if (const auto date = parse_http_date(trimmed(text), now_s)) return static_cast<double>(*date - now_s);
  return std::nullopt;
}

const std::string* any_of(const Answer& answer, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const std::string* value = answer.header(name)) return value;
  }
  return nullptr;
}

// What a server says of one limit.
struct Said {
  std::string_view remaining, reset;
};

RateLimit limit_of(const Said& said, std::int64_t now_s, milliseconds longest) {
  RateLimit out;
  if (said.remaining.front() == '-') {
    out.exhausted = plain_number(said.remaining.substr(1)).has_value();
  } else {
    out.exhausted = plain_number(said.remaining) == 0.0;
  }
  const auto seconds = seconds_until_reset(said.reset, now_s);
  constexpr double kPassed = static_cast<double>(kJustPassed.count()) / 1000.0;
  if (seconds && *seconds >= -kPassed && seconds_from_now(*seconds) <= longest) out.reset = seconds_from_now(*seconds);
  return out;
}

// The value of `key` in `"name";r=0;t=1` or `limit=10, remaining=0, reset=7`.
std::optional<std::string_view> parameter(std::string_view text, std::string_view key) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of(";,", at), text.size());
    const std::string_view part = trimmed(text.substr(at, end - at));
    if (part.size() > key.size() && part.starts_with(key) && part[key.size()] == '=') {
      return part.substr(key.size() + 1);
    }
    at = end + 1;
  }
  return std::nullopt;
}

// `"day";r=50;t=9000, "burst";r=0;t=2`: an item a policy; or the older `limit=10, remaining=0, reset=7`, which is one.
std::vector<Said> policies(std::string_view field) {
  const auto said = [](std::string_view text, std::string_view remaining, std::string_view reset) {
    return Said{parameter(text, remaining).value_or(""), parameter(text, reset).value_or("")};
  };
  if (!parameter(field, "r")) return {said(field, "remaining", "reset")};
  std::vector<Said> out;
  for (std::size_t begin = 0; begin < field.size();) {
    bool quoted = false;
    std::size_t end = begin;
    for (; end < field.size() && (quoted || field[end] != ','); ++end) quoted ^= field[end] == '"';
    out.push_back(said(field.substr(begin, end - begin), "r", "t"));
    begin = end + 1;
  }
  return out;
}

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view value, std::int64_t now_s) {
  value = trimmed(value);
  if (const auto seconds = plain_number(value)) return seconds_from_now(*seconds);
  if (const auto date = parse_http_date(value, now_s)) return seconds_from_now(static_cast<double>(*date - now_s));
  return std::nullopt;
}

std::int64_t server_time_s(const Answer& answer, std::int64_t local_ms) {
  if (const std::string* date = answer.header("Date")) {
    if (const auto seconds = parse_http_date(*date, local_ms / 1000)) return *seconds;
  }
  return local_ms / 1000;
}

std::optional<milliseconds> retry_after(const Answer& answer, std::int64_t local_ms) {
  std::optional<milliseconds> longest;
  for (std::uint32_t nth = 0; const std::string* value = answer.header("Retry-After", nth); ++nth) {
    const auto wait = parse_retry_after(*value, server_time_s(answer, local_ms));
    if (wait && (!longest || *wait > *longest)) longest = wait;
  }
  return longest;
}

RateLimit rate_limit(const Answer& answer, std::int64_t local_ms, milliseconds longest) {
  const std::int64_t now_s = server_time_s(answer, local_ms);
  RateLimit out;
  bool any = false;
  for (std::uint32_t nth = 0; const std::string* field = answer.header("RateLimit", nth); ++nth) {
    for (const Said& said : policies(*field)) {
      if (said.remaining.empty()) continue;
      const RateLimit one = limit_of(said, now_s, longest);
      // Of several policies the one that is used up counts, and of those the one that takes longest.
      if (!any || (one.exhausted && (!out.exhausted || one.reset > out.reset))) out = one;
      any = true;
    }
  }
  if (any) return out;
  const std::string* left = any_of(answer, {"RateLimit-Remaining", "X-RateLimit-Remaining", "X-Rate-Limit-Remaining"});
  const std::string* until = any_of(answer, {"RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset"});
  if (left == nullptr || trimmed(*left).empty()) return out;
  return limit_of({trimmed(*left), until == nullptr ? "" : *until}, now_s, longest);
}

std::optional<double> calls_left(std::string_view value) {
  value = trimmed(value);
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return plain_number(value);
  const auto used = plain_number(trimmed(value.substr(0, slash)));
  const auto size = plain_number(trimmed(value.substr(slash + 1)));
  if (!used || !size) return std::nullopt;
  return std::max(*size - *used, 0.0);
}

}  // namespace integ::http
