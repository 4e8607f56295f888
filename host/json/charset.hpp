// Text in other charsets, made UTF-8 by the C library's iconv. Plain functions, any thread.
#pragma once

#include "json/reader.hpp"

#include <string>
#include <string_view>

namespace integ::json {

// A name that iconv knows. Nothing but a name: its suffixes ("//TRANSLIT") are none.
bool is_charset(const std::string& name);
// The charset parameter of a Content-Type, "" without one.
std::string charset_of(std::string_view content_type);
bool is_utf8_name(std::string_view charset) noexcept;  // US-ASCII is UTF-8, too
// Bytes of the smallest part of such a text: 2 of UTF-16, 4 of UTF-32, else 1.
std::size_t unit_of(std::string_view charset);

// A byte order mark (UTF-8, UTF-16, UTF-32) at the front.
struct ByteOrderMark {
  std::string_view charset;  // "" without one
  std::size_t size = 0;
};
ByteOrderMark byte_order_mark(std::string_view bytes) noexcept;

// Bytes that mean nothing in that charset become U+FFFD, one for each, counted in `replaced`. Throws ReadError, `layer`
// in front: refused where the charset is not known, cut where the text ends inside a character, too_large.
std::string to_utf8(std::string_view layer, std::string_view bytes, const std::string& charset,
                    const ReadLimits& limits, std::uint64_t& replaced);

}  // namespace integ::json
