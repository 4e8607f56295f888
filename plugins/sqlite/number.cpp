#include "number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace integ_sqlite {
namespace {

constexpr std::size_t surely_exact = 15;  // DBL_DIG: so many decimal digits always survive a double

bool plain(std::string_view text) noexcept { return text.find_first_of(".eE") == std::string_view::npos; }

// A fraction of so few digits that its shortest spelling can only be itself. Below 1 the digits after the point
// that are zeros might call for an exponent, so those take the long way.
bool short_fraction(std::string_view text) noexcept {
  if (text.size() > surely_exact + 1 || text.back() == '0' || text.front() == '-' || text.front() == '0') return false;
  for (const char c : text) {
    if ((c < '0' || c > '9') && c != '.') return false;
  }
  return true;
}

bool spelled(std::string_view text, double value, std::chars_format notation) noexcept {
  std::array<char, 400> buffer{};  // a double in fixed notation has up to 309 digits before its point
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, notation);
  if (end.ec != std::errc()) return false;
  std::string_view shortest(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  if (text == shortest) return true;
  // "100" is also spelled "100.0", and "1e+22" also "1.0e+22".
  const std::size_t mantissa = shortest.find('e') == std::string_view::npos ? shortest.size() : shortest.find('e');
  if (shortest.substr(0, mantissa).find('.') != std::string_view::npos) return false;
  return text.size() == shortest.size() + 2 && text.substr(0, mantissa) == shortest.substr(0, mantissa) &&
         text.substr(mantissa, 2) == ".0" && text.substr(mantissa + 2) == shortest.substr(mantissa);
}

}  // namespace

Stored stored(std::string_view text) noexcept {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (text.empty()) return OwnText{};
  if (plain(text)) {
    std::int64_t integer = 0;
    const auto parsed = std::from_chars(begin, end, integer);
    // JSON has no leading zeros and no plus, so "-0" alone has a second spelling.
    if (parsed.ec == std::errc() && parsed.ptr == end && text != "-0") return integer;
    return OwnText{};
  }
  double real = 0;
  const auto parsed = std::from_chars(begin, end, real);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(real)) return OwnText{};
  if (real == 0 && text.front() == '-') return OwnText{};  // SQLite is free to forget the sign
  if (short_fraction(text) || spelled(text, real, std::chars_format::fixed) ||
      spelled(text, real, std::chars_format::scientific)) {
    return real;
  }
  return OwnText{};
}

}  // namespace integ_sqlite
