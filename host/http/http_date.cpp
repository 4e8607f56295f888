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
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  if (parts.year.size() == 2) {
    const auto today = ch::floor<ch::days>(ch::sys_seconds(ch::seconds(now_s)));
    const int this_year = static_cast<int>(ch::year_month_day(today).year());
    *year += this_year - this_year % 100;
    if (*year > this_year + 50) *year -= 100;
  } else if (parts.year.size() != 4) {
    return std::nullopt;
  }
  const ch::year_month_day date{ch::year(*year), ch::month(static_cast<unsigned>(*month_of_year)),
                                ch::day(static_cast<unsigned>(*day_of_month))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = ch::sys_days(date).time_since_epoch().count();
  return days * 86'400 + *hours * 3'600 + *minutes * 60 + *seconds;
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

}  // namespace integ::http
