// Values compared without losing a digit: numbers of any size, instants of any precision. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace integ::json {

// Two JSON numbers by value, exactly (ids over 2^53, 1e400): negative, 0 or positive.
int compare_numbers(std::string_view a, std::string_view b);

// How far from 1 a JSON number is: the exponent of its first digit that is not 0, plus one; 0 for zero.
// Negative: smaller than 0.1. Saturates.
std::int64_t magnitude(std::string_view number) noexcept;

// A point in time with all the digits that were written.
struct Instant {
  std::int64_t seconds = 0;   // since 1970-01-01T00:00:00Z
  std::string_view fraction;  // digits after the point, without zeros at the end
};

// RFC 3339 ("2024-02-29T12:00:00.5+02:00", also with a space or lower case letters) or a date, which
// means its midnight in UTC. Also without a zone, which means UTC, and with +0200, for servers do
// both. Nothing for anything else.
std::optional<Instant> parse_instant(std::string_view text) noexcept;
int compare_instants(const Instant& a, const Instant& b) noexcept;

}  // namespace integ::json
