#include "json/unescape.hpp"

#include <cstdint>

namespace integ::json {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

std::uint32_t hex4(std::string_view digits) noexcept {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const auto digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto add = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

// The code point of the \u escape at `at`, and of its other half; moves `at` behind what it took.
std::uint32_t take_unicode(std::string_view inside, std::size_t& at) {
  std::uint32_t code = hex4(inside.substr(at + 2, 4));
  at += 6;
  if (code < 0xD800 || code > 0xDFFF) return code;
  if (code > 0xDBFF || inside.size() < at + 6 || inside[at] != '\\' || inside[at + 1] != 'u') return kReplacement;
  const std::uint32_t low = hex4(inside.substr(at + 2, 4));
  if (low < 0xDC00 || low > 0xDFFF) return kReplacement;
  at += 6;
  return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

char short_escape(char c) noexcept {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // the quote, the backslash, the slash
  }
}

}  // namespace

void append_unescaped(std::string& out, std::string_view inside) {
  for (std::size_t at = 0; at < inside.size();) {
    const std::size_t backslash = inside.find('\\', at);
    out += inside.substr(at, backslash - at);
    if (backslash == std::string_view::npos || backslash + 1 >= inside.size()) return;
    at = backslash;
    if (inside[at + 1] == 'u') {
      append_utf8(out, take_unicode(inside, at));
    } else {
      out += short_escape(inside[at + 1]);
      at += 2;
    }
  }
}

std::string unescaped(std::string_view inside) {
  std::string out;
  append_unescaped(out, inside);
  return out;
}

}  // namespace integ::json
