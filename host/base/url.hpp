// URLs: taken apart, resolved (RFC 3986), put together, compared by origin, shown without secrets.
//
// A URL is sent as given: parsing keeps the bytes of path and query; only illegal bytes (space, control,
// non-ASCII, and a few delimiters) are percent-encoded. The fragment is dropped. Plain values, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace integ {

class Secrets;

struct Url {
  std::string scheme;      // lower case: http or https
  std::string userinfo;    // without '@'; never shown
  std::string host;        // lower case; an IPv6 literal keeps its brackets
  std::uint16_t port = 0;  // explicit or the scheme's own
  bool explicit_port = false;
  std::string path;   // begins with '/'
  std::string query;  // without '?'
  bool has_query = false;

  // Throws Error of kind config: no scheme, another scheme than http(s), no host, a bad port.
  static Url parse(std::string_view text);
  // A reference (absolute, //host, /path, relative, ?query) against this URL. Same errors as parse.
  Url resolve(std::string_view reference) const;
  std::string text() const;
  // "https://api.example.com:8443", without a port that is the scheme's own.
  std::string origin() const;
  bool same_origin(const Url& other) const;
};

// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX, '+' and '/' too.
std::string percent_encode(std::string_view value);
std::string percent_decode(std::string_view value);
// The byte that "%XX" at `at` stands for; nothing where there is no such escape.
std::optional<char> percent_escape(std::string_view text, std::size_t at);

// For people: user information and the values of all query parameters are masked, names stay, and known
// secrets are masked anywhere. Anything that is no URL is masked as text.
std::string masked_url(std::string_view url, const Secrets& secrets);

// Registers the password in "user:password" of a URL, and what basic authentication makes of both. A long user without
// one is a key.
void register_login(std::string_view userinfo, Secrets& secrets);
// The same for a URL's user information, or what may be that in a text which is no usable URL.
void register_userinfo(std::string_view url, Secrets& secrets);

// Whether host and port match an entry of an allow-list: "api.x.com", "api.x.com:8443", "*.x.com",
// "[::1]:80". An entry without a port allows every port.
bool host_matches(std::string_view entry, const Url& url);

}  // namespace integ
