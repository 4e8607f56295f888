// Types for the members of a configuration, a state or a record that plain C++ types do not tell apart:
// a secret, an instant, JSON as it is, and "all the rest".
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {

// Text that is never shown: its schema says so, and a Request masks it. Reading it is a word on its own.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string text_;
};

// An instant as text, RFC 3339 with its zone, or a date. Keeps the text byte for byte, compares as
// instants: 2024-01-01T01:00:00+01:00 equals 2024-01-01T00:00:00Z. No text is before every instant.
class DateTime {
 public:
  using Instant = std::chrono::sys_time<std::chrono::nanoseconds>;

  DateTime() = default;
  explicit DateTime(std::string text) : text_(std::move(text)) {}
  explicit DateTime(Instant instant) : text_(written(instant)) {}

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  std::optional<Instant> instant() const { return read(text_); }
  // So much before it, in UTC. What is no instant stays what it is.
  DateTime earlier(std::chrono::nanoseconds by) const {
    const auto own = instant();
    return own && by.count() != 0 ? DateTime(*own - by) : *this;
  }

  friend std::strong_ordering operator<=>(const DateTime& a, const DateTime& b) {
    const auto left = a.instant();
    const auto right = b.instant();
    if (left && right) return *left <=> *right;
    return a.text_ <=> b.text_;
  }
  friend bool operator==(const DateTime& a, const DateTime& b) { return (a <=> b) == 0; }

 private:
  static std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(at, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      number = number * 10 + (c - '0');
    }
    return number;
  }
  static std::optional<Instant> read(std::string_view text) {
    using namespace std::chrono;  // NOLINT(google-build-using-namespace): units, in this function alone
    const auto y = digits(text, 0, 4);
    const auto m = digits(text, 5, 2);
    const auto d = digits(text, 8, 2);
    if (!y || !m || !d || text[4] != '-' || text[7] != '-') return std::nullopt;
    const year_month_day day{year{*y}, month{static_cast<unsigned>(*m)}, std::chrono::day{static_cast<unsigned>(*d)}};
    if (!day.ok()) return std::nullopt;
    Instant instant = sys_days{day};
    if (text.size() == 10) return instant;
    const auto h = digits(text, 11, 2);
    const auto min = digits(text, 14, 2);
    const auto s = digits(text, 17, 2);
    const bool separated = text[10] == 'T' || text[10] == 't' || text[10] == ' ';
    if (!separated || !h || !min || !s || text[13] != ':' || text[16] != ':') return std::nullopt;
    instant += hours{*h} + minutes{*min} + seconds{*s};
    std::size_t at = 19;
    if (at < text.size() && text[at] == '.') {
      std::int64_t unit = 100'000'000;
      for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
        instant += nanoseconds{unit * (text[at] - '0')};
      }
    }
    const auto zone = text.substr(at);
    if (zone.empty() || zone == "Z" || zone == "z") return instant;
    const auto oh = digits(zone, 1, 2);
    const auto om = digits(zone, zone.size() > 3 && zone[3] == ':' ? 4 : 3, 2);
    if ((zone[0] != '+' && zone[0] != '-') || !oh || !om) return std::nullopt;
    const auto offset = hours{*oh} + minutes{*om};
    return zone[0] == '+' ? instant - offset : instant + offset;
  }
  // UTC, with as many decimals as it has.
  static std::string written(Instant instant) {
    using namespace std::chrono;  // NOLINT(google-build-using-namespace): units, in this function alone
    const auto day = floor<days>(instant);
    const year_month_day date{day};
    const hh_mm_ss<nanoseconds> time{instant - day};
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    std::string out(text.data());
    if (time.subseconds().count() != 0) {
      std::snprintf(text.data(), text.size(), ".%09d", static_cast<int>(time.subseconds().count()));
      std::string decimals(text.data());
      while (decimals.ends_with('0')) decimals.pop_back();
      out += decimals;
    }
    return out + 'Z';
  }

  std::string text_;
};

// JSON as it is, of any kind: a member that the connector hands on without looking.
struct Json {
  std::string text;  // empty: absent
  bool empty() const { return text.empty(); }
  friend bool operator==(const Json&, const Json&) = default;
};

// The same where it is known to be an array, or an object: schemas say so.
using JsonList = std::vector<Json>;
using JsonObject = std::map<std::string, Json>;

// As a member of a struct: everything in the object that no other member names. Written back with it, so
// that a state of another version of the connector loses nothing.
struct Rest {
  std::vector<std::pair<std::string, std::string>> members;  // name, JSON
  bool empty() const { return members.empty(); }
  friend bool operator==(const Rest&, const Rest&) = default;
};

}  // namespace v1
}  // namespace integ
