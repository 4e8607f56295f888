// The inside of JSON strings, fast. Plain functions over [p, end) where *end is readable and is NUL (as
// behind every std::string); a NUL ends every loop, so the loops need no test for the end of their own.
//
// Most bytes of a page are inside strings and most of those are plain ASCII: find_special() passes them 16 at
// a time. It is inlined into the callers' loops; the rare bytes go through scan_special(), which is not.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace integ::json {

// Whether a byte ends a plain run: the quote, the backslash, a control character, or a part of a
// multi-byte character.
inline bool is_special(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '"' || byte == '\\' || byte < 0x20 || byte >= 0x80;
}

// The first special byte at or after p, or `end`.
inline const char* find_special(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
  // A signed comparison finds control characters and non-ASCII bytes (which are negative) in one go.
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(0x20);
  while (end - p >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i hits = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                                      _mm_cmplt_epi8(bytes, space));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(hits));
    if (mask != 0) return p + std::countr_zero(mask);
    p += 16;
  }
#endif
  while (p != end && !is_special(*p)) ++p;
  return p;
}

// The first byte at or after p that is no space (0x20), or `end`: for the indentation of printed pages.
inline const char* skip_spaces(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i space = _mm_set1_epi8(' ');
  while (end - p >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, space))) ^ 0xFFFFU;
    if (mask != 0) return p + std::countr_zero(mask);
    p += 16;
  }
#endif
  while (p != end && *p == ' ') ++p;
  return p;
}

// What stands at a special byte that is not the closing quote.
enum class Special {
  passed,        // p is behind an escape or a run of multi-byte characters
  more,          // p is at the start of what the text breaks off in
  invalid_utf8,  // p is at the byte that starts no well-formed sequence (RFC 3629)
  control,       // p is at a raw control character
  bad_escape,    // p is at the first byte that can't belong to the escape
};

// Looks at the special byte at p, which is not '"', and moves p. Sets `escaped` where it passed an escape.
Special scan_special(const char*& p, const char* end, bool& escaped) noexcept;

// Length of the well-formed sequence at p (2 to 4; *p >= 0x80), 0 when ill-formed, -1 when [p, end) is a
// proper prefix of a well-formed one.
int utf8_sequence(const char* p, const char* end) noexcept;

}  // namespace integ::json
