#include "json/string_scan.hpp"

namespace integ::json {
namespace {

bool is_hex(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

Special scan_escape(const char*& p, const char* end, bool& escaped) noexcept {
  if (end - p < 2) return Special::more;
  switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      p += 2;
      break;
    case 'u':
      for (int i = 2; i < 6; ++i) {
        if (end - p <= i) return Special::more;
        if (!is_hex(p[i])) {
          p += i;
          return Special::bad_escape;
        }
      }
      p += 6;
      break;
    default:
      p += 1;
      return Special::bad_escape;
  }
  escaped = true;
  return Special::passed;
}

}  // namespace

int utf8_sequence(const char* p, const char* end) noexcept {
  // The second byte's range depends on the first: no overlong forms, no surrogates, nothing over U+10FFFF.
  const auto lead = static_cast<unsigned char>(*p);
  int length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  for (int i = 1; i < length; ++i) {
    if (end - p <= i) return -1;
    const auto byte = static_cast<unsigned char>(p[i]);
    if (byte < low || byte > high) return 0;
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

Special scan_special(const char*& p, const char* end, bool& escaped) noexcept {
  if (p == end) return Special::more;
  if (*p == '\\') return scan_escape(p, end, escaped);
  if (static_cast<unsigned char>(*p) < 0x20) return Special::control;
  while (static_cast<unsigned char>(*p) >= 0x80) {
    const int length = utf8_sequence(p, end);
    if (length == 0) return Special::invalid_utf8;
    if (length < 0) return Special::more;
    p += length;
  }
  return Special::passed;
}

}  // namespace integ::json
