// Small things with text that several rooms need. Plain functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ {

// U+FEFF in UTF-8, which some editors and servers put in front of a text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
std::string_view without_byte_order_mark(std::string_view text) noexcept;

// Whether a text is UTF-16 by its mark, or by a NUL in one of its first two bytes.
bool looks_like_utf16(std::string_view text) noexcept;

// The offset of the first byte that is no UTF-8 (RFC 3629: no surrogates, no overlong forms), or npos.
std::size_t find_invalid_utf8(std::string_view text) noexcept;
// Each maximal invalid sequence becomes U+FFFD; counts the replacements into *count when given.
std::string replace_invalid_utf8(std::string_view text, std::size_t* count = nullptr);
// At most `limit` bytes of it for a log or an error: valid UTF-8, control characters as spaces, runs of white
// space folded, none at its ends; "..." behind them where it was cut.
std::string sanitised(std::string_view text, std::size_t limit);
// The candidate with the smallest edit distance, when it is near enough to be a slip; else nothing. Case
// does not count, two letters swapped are one slip.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);
// "a, b and c"; "" for none.
std::string listed(const std::vector<std::string>& words);
// "12,345", "1.2 MB": for summaries.
std::string with_separators(unsigned long long number);
std::string human_bytes(double bytes);
// "1.234": a number of JSON.
std::string decimal_seconds(std::int64_t ms);
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
std::string lower(std::string_view text);
std::string_view trimmed(std::string_view text) noexcept;
// The parts between the separators, empty ones too; one part where there is no separator.
std::vector<std::string_view> split(std::string_view text, char separator);
// A parsed "500ms", "30s", "5m", "2h" or a bare number of seconds, in milliseconds; nothing when ill-formed.
std::optional<long long> parse_duration_ms(std::string_view text);
// A parsed "256MiB", "100 MB", "64k" or a bare number of bytes; k, m and g alone are powers of 1024. Nothing when
// ill-formed.
std::optional<double> parse_bytes(std::string_view text);

}  // namespace integ
