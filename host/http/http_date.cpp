#include "http/http_date.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <vector>

namespace integ::http {

namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<int> month(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (equal_ignoring_case(name, kNames[i])) return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(separators, at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
  return parts;
}

struct Parts {
  std::string_view day, month, year, time;
};

struct Moment {
  int year, month, day, hours, minutes, seconds;
};

std::optional<std::int64_t> unix_seconds(const Moment& moment) {
  namespace ch = std::chrono;
  if (moment.hours > 23 || moment.minutes > 59 || moment.seconds > 60) return std::nullopt;
  const ch::year_month_day date{ch::year(moment.year), ch::month(static_cast<unsigned>(moment.month)),
                                ch::day(static_cast<unsigned>(moment.day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = ch::sys_days(date).time_since_epoch().count();
  return days * 86'400 + moment.hours * 3'600 + moment.minutes * 60 + moment.seconds;
}

std::optional<std::int64_t> assemble(const Parts& parts, std::int64_t now_s) {
  namespace ch = std::chrono;
  const auto day_of_month = number(parts.day);
  const auto month_of_year = month(parts.month);
  auto year = number(parts.year);
  const auto clock = split(parts.time, ":");
  if (!day_of_month || !month_of_year || !year || clock.size() != 3) return std::nullopt;
  const auto hours = number(clock[0]);
  const auto minutes = number(clock[1]);
  const auto seconds = number(clock[2]);
  if (!hours || !minutes || !seconds) return std::nullopt;
  if (parts.year.size() == 2) {
    const auto today = ch::floor<ch::days>(ch::sys_seconds(ch::seconds(now_s)));
    const int this_year = static_cast<int>(ch::year_month_day(today).year());
    *year += this_year - this_year % 100;
    if (*year > this_year + 50) *year -= 100;
  } else if (parts.year.size() != 4) {
    return std::nullopt;
  }
  return unix_seconds({*year, *month_of_year, *day_of_month, *hours, *minutes, *seconds});
}

// Takes the digits in front off; nothing, and nothing taken, where there are fewer or more of them.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  if (count < least || count > most) return std::nullopt;
  const auto value = number(text.substr(0, count));
  text.remove_prefix(count);
  return value;
}

struct TimeOfDay {
  int hours, minutes, seconds;
};

std::optional<TimeOfDay> time_of_day(std::string_view text) {
  std::array<int, 3> found{};
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0) {
      if (!text.starts_with(':')) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto value = take_digits(text, 1, 2);
    if (!value) return std::nullopt;
    found[i] = *value;
  }
  return TimeOfDay{found[0], found[1], found[2]};
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_s) {
  const bool comma = text.find(',') != std::string_view::npos;
  const auto words = split(text, comma ? ", -" : " ");
  if (comma) {  // day-name, day, month, year, time, zone
    if (words.size() != 6 || !(words[5] == "GMT" || words[5] == "UTC" || words[5] == "+0000")) return std::nullopt;
    return assemble({words[1], words[2], words[3], words[4]}, now_s);
  }
  if (words.size() != 5) return std::nullopt;  // day-name, month, day, time, year
  return assemble({words[2], words[1], words[4], words[3]}, now_s);
}

// Whatever stands where, each part is the first token that looks like it, and the zone is not looked at.
std::optional<std::int64_t> parse_cookie_date(std::string_view text) {
  constexpr std::string_view kDelimiters = "\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~";
  std::optional<TimeOfDay> time;
  std::optional<int> day;
  std::optional<int> month_of_year;
  std::optional<int> year;
  for (std::string_view token : split(text, kDelimiters)) {
    if (!time && (time = time_of_day(token))) continue;
    if (!day && (day = take_digits(token, 1, 2))) continue;
    if (!month_of_year && (month_of_year = month(token.substr(0, 3)))) continue;
    if (!year) year = take_digits(token, 2, 4);
  }
  if (!time || !day || !month_of_year || !year) return std::nullopt;
  if (*year < 100) *year += *year < 70 ? 2000 : 1900;
  if (*year < 1601) return std::nullopt;
  return unix_seconds({*year, *month_of_year, *day, time->hours, time->minutes, time->seconds});
}

}  // namespace integ::http
