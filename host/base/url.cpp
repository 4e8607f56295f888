#include "base/url.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url_shown.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace integ {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

void append_escaped(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

// Bytes that may not stand in a path or query (RFC 3986, 3.3 and 3.4) are encoded, all others kept.
std::string legal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool illegal = static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F ||
                         std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos;
    if (illegal) {
      append_escaped(out, c);
    } else {
      out += c;
    }
  }
  return out;
}

// Where a scheme ends ("http" of "http://x"), or npos when there is none.
std::size_t scheme_end(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::string_view::npos;
  const std::string_view scheme = text.substr(0, colon);
  if (is_alnum(scheme[0]) && !(scheme[0] >= '0' && scheme[0] <= '9') &&
      std::all_of(scheme.begin(), scheme.end(),
                  [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; })) {
    return colon;
  }
  return std::string_view::npos;
}

// RFC 3986, 5.2.4.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool slash_at_end = false;
  std::size_t at = 1;  // after the leading slash
  for (;;) {
    const std::size_t next = path.find('/', at);
    const std::string_view segment =
        path.substr(at, next == std::string_view::npos ? std::string_view::npos : next - at);
    const bool last = next == std::string_view::npos;
    slash_at_end = false;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
      slash_at_end = last;
    } else if (segment == ".") {
      slash_at_end = last;
    } else {
      kept.push_back(segment);
    }
    if (last) break;
    at = next + 1;
  }
  std::string out;
  for (const std::string_view segment : kept) (out += '/') += segment;
  if (slash_at_end || out.empty()) out += '/';
  return out;
}

[[noreturn]] void bad(std::string_view text, const std::string& why) {
  throw Error::of_status(INTEG_E_ARGUMENT, "not a usable URL: " + sanitised(shown_of_bad(text), 120) + ": " + why);
}

std::uint16_t parse_port(std::string_view text, std::string_view url) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') bad(url, "the port is no number");
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 65535) bad(url, "the port is above 65535");
  }
  if (value == 0) bad(url, "the port is 0");
  return static_cast<std::uint16_t>(value);
}

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

// Names of letters, digits, '-', '.', '_' and bytes beyond ASCII, or an IPv6 literal. Percent signs are not taken:
// who decodes them may arrive at another host than the one that was allowed.
bool is_host(std::string_view host) {
  const bool literal = host.starts_with('[');
  if (literal) host = host.substr(1, host.size() - 2);
  if (literal && host.find(':') == std::string_view::npos) return false;
  return !host.empty() && std::all_of(host.begin(), host.end(), [literal](char c) {
    const std::string_view others = literal ? ":.%-_~" : "-._";
    return is_alnum(c) || others.find(c) != std::string_view::npos ||
           (!literal && static_cast<unsigned char>(c) >= 0x80);
  });
}

// Takes "host:port" with an optional user part.
void parse_authority(Url& url, std::string_view authority, std::string_view whole) {
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    for (const char c : authority.substr(0, at)) {
      // An '@' or a backslash in it would let another reader find another host.
      const bool legal_there = is_alnum(c) || std::string_view("-._~!$&'()*+,;=:%").find(c) != std::string_view::npos;
      if (legal_there) {
        url.userinfo += c;
      } else {
        append_escaped(url.userinfo, c);
      }
    }
    authority.remove_prefix(at + 1);
  }
  std::size_t host_end = authority.find(':');
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) bad(whole, "the IPv6 address has no closing bracket");
    host_end = close + 1 < authority.size() ? close + 1 : std::string_view::npos;
    if (host_end != std::string_view::npos && authority[host_end] != ':') bad(whole, "text after the IPv6 address");
  }
  url.host = lower(authority.substr(0, host_end));
  if (url.host.empty()) bad(whole, "it has no host");
  if (!is_host(url.host)) bad(whole, "the host holds an illegal character");
  url.port = default_port(url.scheme);
  if (host_end != std::string_view::npos && host_end + 1 < authority.size()) {
    url.port = parse_port(authority.substr(host_end + 1), whole);
    url.explicit_port = true;
  }
}

void parse_path_and_query(Url& url, std::string_view rest) {
  const std::size_t question = rest.find('?');
  url.path = legal(rest.substr(0, question));
  if (url.path.empty()) url.path += '/';
  url.has_query = question != std::string_view::npos;
  url.query = url.has_query ? legal(rest.substr(question + 1)) : std::string();
}

}  // namespace

Url Url::parse(std::string_view text) {
  const std::string_view whole = trimmed(text);
  text = whole.substr(0, whole.find('#'));
  const std::size_t colon = scheme_end(text);
  const bool user = colon != std::string_view::npos && text.substr(colon + 1, 2) != "//" && text.find('@') > colon &&
                    text.find('@') != std::string_view::npos;  // "user:password@host"
  if (colon == std::string_view::npos || user) bad(whole, "expected http:// or https:// in front");
  Url url;
  url.scheme = lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") {
    bad(whole, "the scheme is " + url.scheme + ", expected http or https");
  }
  std::string_view rest = text.substr(colon + 1);
  if (!rest.starts_with("//")) bad(whole, "expected // after the scheme");
  rest.remove_prefix(2);
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  parse_authority(url, rest.substr(0, authority_end), whole);
  parse_path_and_query(url, rest.substr(authority_end));
  return url;
}

Url Url::resolve(std::string_view reference) const {
  reference = trimmed(reference);
  if (scheme_end(reference.substr(0, reference.find('#'))) != std::string_view::npos) return parse(reference);
  reference = reference.substr(0, reference.find('#'));
  if (reference.starts_with("//")) return parse(scheme + ":" + std::string(reference));
  Url url = *this;
  if (reference.empty()) return url;
  if (reference[0] == '?') {
    url.has_query = true;
    url.query = legal(reference.substr(1));
    return url;
  }
  if (reference[0] == '/') {
    parse_path_and_query(url, reference);
  } else {
    parse_path_and_query(url, path.substr(0, path.rfind('/') + 1) + std::string(reference));
  }
  url.path = without_dot_segments(url.path);
  return url;
}

std::string Url::origin() const {
  return scheme + "://" + host + (port == default_port(scheme) ? std::string() : ':' + std::to_string(port));
}

std::string Url::text() const {
  std::string out = scheme + "://";
  if (!userinfo.empty()) out += userinfo + '@';
  out += host;
  if (explicit_port) out += ':' + std::to_string(port);
  out += path;
  if (has_query) out += '?' + query;
  return out;
}

bool Url::same_origin(const Url& other) const {
  return scheme == other.scheme && host == other.host && port == other.port;
}

std::string percent_encode(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      append_escaped(out, c);
    }
  }
  return out;
}

std::optional<char> percent_escape(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return std::nullopt;
  unsigned value = 0;
  const char* const end = text.data() + at + 3;
  if (std::from_chars(end - 2, end, value, 16).ptr != end) return std::nullopt;
  return static_cast<char>(value);
}

std::string percent_decode(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::optional<char> escaped = percent_escape(value, i);
    out += escaped.value_or(value[i]);
    if (escaped) i += 2;
  }
  return out;
}

bool host_matches(std::string_view entry, const Url& url) {
  std::string_view host = entry;
  std::size_t colon = entry.rfind(':');
  if (colon != std::string_view::npos && entry.find(']', colon) != std::string_view::npos)
    colon = std::string_view::npos;
  if (colon != std::string_view::npos) {
    host = entry.substr(0, colon);
    if (entry.substr(colon + 1) != std::to_string(url.port)) return false;
  }
  if (host.starts_with("*.")) {
    const std::string suffix = lower(host.substr(1));
    return url.host.size() > suffix.size() && url.host.ends_with(suffix);
  }
  return lower(host) == url.host;
}

}  // namespace integ
