// The three forms of an HTTP date (RFC 9110, 5.6.7):
//
//   Sun, 06 Nov 1994 08:49:37 GMT      Sunday, 06-Nov-94 08:49:37 GMT      Sun Nov  6 08:49:37 1994
//
// A pure function. Names of days are not checked against the date, as servers get them wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace integ::http {

// Seconds since the Unix epoch; nothing for anything else. A year of two digits that would lie more than
// 50 years after `now_s` is one of the century before.
std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_s);

// A cookie's Expires (RFC 6265, 5.1.1), which servers write in many more ways.
std::optional<std::int64_t> parse_cookie_date(std::string_view text);

}  // namespace integ::http
