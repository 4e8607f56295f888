// The grammar of JSON numbers as a machine that can stop at any byte and go on later.
#pragma once

#include <cstdint>

namespace integ::json {

// What has been read of the number so far.
enum class NumberState : std::uint8_t { minus, zero, integer, dot, fraction, e, e_sign, exponent };

inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Whether a number may end here.
inline bool is_complete(NumberState state) noexcept {
  return state == NumberState::zero || state == NumberState::integer || state == NumberState::fraction ||
         state == NumberState::exponent;
}

// The state after a number's first byte, which is '-' or a digit.
inline NumberState number_start(char first) noexcept {
  if (first == '-') return NumberState::minus;
  return first == '0' ? NumberState::zero : NumberState::integer;
}

// Moves p to the first byte that does not belong to the number; *end is readable and no part of one.
inline const char* scan_number(const char* p, NumberState& state) noexcept {
  for (;; ++p) {
    const char c = *p;
    switch (state) {
      case NumberState::integer:
        if (is_digit(c)) continue;
        [[fallthrough]];
      case NumberState::zero:
        if (c == '.') {
          state = NumberState::dot;
        } else if (c == 'e' || c == 'E') {
          state = NumberState::e;
        } else {
          return p;
        }
        continue;
      case NumberState::minus:
        if (!is_digit(c)) return p;
        state = number_start(c);
        continue;
      case NumberState::dot:
        if (!is_digit(c)) return p;
        state = NumberState::fraction;
        continue;
      case NumberState::fraction:
        if (is_digit(c)) continue;
        if (c != 'e' && c != 'E') return p;
        state = NumberState::e;
        continue;
      case NumberState::e:
        if (c == '+' || c == '-') {
          state = NumberState::e_sign;
          continue;
        }
        [[fallthrough]];
      case NumberState::e_sign:
      case NumberState::exponent:
        if (!is_digit(c)) return p;
        state = NumberState::exponent;
        continue;
    }
  }
}

}  // namespace integ::json
