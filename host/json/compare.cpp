#include "json/compare.hpp"

#include "json/number_scan.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <string>

namespace integ::json {
namespace {

// 0.digits * 10^exponent, with no zero at either end of `digits`; no digits at all for zero.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
};

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;

// The written exponent, limited to where no comparison can come out differently.
std::int64_t written_exponent(std::string_view text) noexcept {
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range || value > kFar) value = kFar;
  return negative ? -value : value;
}

Decimal decimal(std::string_view text) {
  Decimal d;
  if (!text.empty() && text.front() == '-') {
    d.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) d.exponent = written_exponent(text.substr(e + 1));
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  d.digits = mantissa.substr(0, dot);
  if (dot < mantissa.size()) d.digits += mantissa.substr(dot + 1);
  d.exponent += static_cast<std::int64_t>(dot);
  const std::size_t first = std::min(d.digits.find_first_not_of('0'), d.digits.size());
  d.digits.erase(0, first);
  d.exponent -= static_cast<std::int64_t>(first);
  d.digits.erase(d.digits.find_last_not_of('0') + 1);
  if (d.digits.empty()) d = Decimal{};
  return d;
}

int sign_of(const Decimal& d) noexcept { return d.digits.empty() ? 0 : d.negative ? -1 : 1; }

// Reads `length` digits at the front.
std::optional<int> take_digits(std::string_view& text, std::size_t length) noexcept {
  if (text.size() < length) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(length);
  return value;
}

// A letter in either case.
bool take(std::string_view& text, char c) noexcept {
  const bool letter = c >= 'A' && c <= 'Z';
  if (text.empty() || (text.front() != c && !(letter && text.front() == static_cast<char>(c | 0x20)))) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) noexcept {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::int64_t{std::chrono::sys_days{date}.time_since_epoch().count()} * 86400;
}

std::optional<std::int64_t> take_zone(std::string_view& text) noexcept {
  if (text.empty() || take(text, 'Z')) return 0;
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  if (!hours) return std::nullopt;
  if (!text.empty() && text.front() == ':') text.remove_prefix(1);
  const auto minutes = take_digits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = std::int64_t{*hours} * 3600 + *minutes * 60;
  return west ? -offset : offset;
}

}  // namespace

int compare_numbers(std::string_view a, std::string_view b) {
  const Decimal x = decimal(a);
  const Decimal y = decimal(b);
  const int sign = sign_of(x);
  if (sign != sign_of(y)) return sign - sign_of(y);
  if (x.exponent != y.exponent) return x.exponent < y.exponent ? -sign : sign;
  return sign * x.digits.compare(y.digits);
}

std::int64_t magnitude(std::string_view number) noexcept { return decimal(number).exponent; }

std::optional<Instant> parse_instant(std::string_view text) noexcept {
  const auto day = take_date(text);
  if (!day) return std::nullopt;
  Instant instant{.seconds = *day, .fraction = {}};
  if (text.empty()) return instant;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes) return std::nullopt;
  int seconds = 0;
  if (!text.empty() && text.front() == ':') {
    text.remove_prefix(1);
    const auto read = take_digits(text, 2);
    if (!read) return std::nullopt;
    seconds = *read;
    if (!text.empty() && text.front() == '.') {
      text.remove_prefix(1);
      const std::size_t length = std::min(text.find_first_not_of("0123456789"), text.size());
      if (length == 0) return std::nullopt;
      instant.fraction = text.substr(0, length);
      instant.fraction = instant.fraction.substr(0, instant.fraction.find_last_not_of('0') + 1);
      text.remove_prefix(length);
    }
  }
  if (*hours > 24 || *minutes > 59 || seconds > 60) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  instant.seconds += std::int64_t{*hours} * 3600 + *minutes * 60 + seconds - *zone;
  return instant;
}

int compare_instants(const Instant& a, const Instant& b) noexcept {
  if (a.seconds != b.seconds) return a.seconds < b.seconds ? -1 : 1;
  return a.fraction.compare(b.fraction);
}

}  // namespace integ::json
