// URLs as text: what a connector needs to follow links. RFC 3986, no normalisation beyond what resolving
// a reference asks for: an absolute link comes back byte for byte.
#pragma once

#include <integ/text.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace integ {
inline namespace v1 {
namespace detail {

// The five parts of RFC 3986, section 3, as views into the URL. `authority` lacks its "//".
struct UrlParts {
  std::string_view scheme, authority, path, query, fragment;
  bool has_authority = false;
  bool has_query = false;
};

inline UrlParts split_url(std::string_view url) {
  UrlParts parts;
  if (const auto hash = url.find('#'); hash != url.npos) {
    parts.fragment = url.substr(hash + 1);
    url = url.substr(0, hash);
  }
  if (const auto mark = url.find('?'); mark != url.npos) {
    parts.query = url.substr(mark + 1);
    parts.has_query = true;
    url = url.substr(0, mark);
  }
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (const auto colon = url.find(':'); colon != url.npos && colon > 0 && letter(url[0])) {
    bool scheme = true;
    for (const char c : url.substr(0, colon)) {
      scheme = scheme && (letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.');
    }
    if (scheme) {
      parts.scheme = url.substr(0, colon);
      url = url.substr(colon + 1);
    }
  }
  if (url.starts_with("//")) {
    const auto end = url.find('/', 2);
    parts.authority = url.substr(2, end == url.npos ? url.npos : end - 2);
    parts.has_authority = true;
    url = end == url.npos ? std::string_view() : url.substr(end);
  }
  parts.path = url;
  return parts;
}

// RFC 3986, 5.2.4: "." and ".." segments taken out.
inline std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  bool directory = false;
  std::size_t at = path.starts_with('/') ? 1 : 0;
  while (at <= path.size()) {
    const auto end = path.find('/', at);
    const auto segment = path.substr(at, end == path.npos ? path.npos : end - at);
    directory = segment == "." || segment == "..";
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != ".") {
      kept.push_back(segment);
    }
    if (end == path.npos) break;
    at = end + 1;
  }
  std::string out = path.starts_with('/') ? "/" : "";
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) out += '/';
    out += kept[i];
  }
  if (directory && !out.ends_with('/')) out += '/';
  return out;
}

inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace detail

// `reference` as seen from the page at `base`: absolute, //host, /path, ?query or path. Resolving nothing
// is nothing, so that an absent link stays one.
inline std::string resolve_url(std::string_view base, std::string_view reference) {
  // White space around a link is no part of it, as in browsers.
  reference.remove_prefix(std::min(reference.find_first_not_of(" \t\r\n"), reference.size()));
  reference.remove_suffix(reference.size() - (reference.find_last_not_of(" \t\r\n") + 1));
  if (reference.empty()) return {};
  const auto to = detail::split_url(reference);
  if (!to.scheme.empty()) return std::string(reference);
  const auto from = detail::split_url(base);
  std::string out(from.scheme);
  out += ':';
  if (to.has_authority) return out.append(reference);
  out.append("//").append(from.authority);
  if (to.path.empty()) {
    out += from.path;
    if (to.has_query || from.has_query) out.append("?").append(to.has_query ? to.query : from.query);
    return out;
  }
  if (to.path.starts_with('/')) {
    out += detail::without_dots(to.path);
  } else {
    const auto slash = from.path.rfind('/');
    std::string merged(slash == from.path.npos ? "/" : from.path.substr(0, slash + 1));
    out += detail::without_dots(merged.append(to.path));
  }
  if (to.has_query) out.append("?").append(to.query);
  return out;
}

// "https://host:port" of an absolute URL, in lower case; empty of a relative one.
inline std::string origin_of(std::string_view url) {
  const auto parts = detail::split_url(url);
  if (parts.scheme.empty() || !parts.has_authority) return {};
  const auto at = parts.authority.rfind('@');
  const auto host = at == parts.authority.npos ? parts.authority : parts.authority.substr(at + 1);
  std::string scheme = detail::lower(parts.scheme);
  std::string origin = detail::lower(host);
  const std::string_view usual = scheme == "https" ? ":443" : (scheme == "http" ? ":80" : "");
  if (!usual.empty() && origin.ends_with(usual)) origin.resize(origin.size() - usual.size());
  return scheme.append("://").append(origin);
}

// A link in the shape that is worth storing in a state: path and query when it is of the same origin as
// `base` (so that a state survives a move to another host), else the whole of it.
inline std::string relative_to_origin(std::string_view base, std::string_view url) {
  if (origin_of(url).empty() || origin_of(url) != origin_of(base)) return std::string(url);
  const auto parts = detail::split_url(url);
  std::string out(parts.path.empty() ? "/" : parts.path);
  // A path that starts with two slashes would read back as a host.
  if (out.starts_with("//")) return std::string(url);
  if (parts.has_query) out.append("?").append(parts.query);
  return out;
}

namespace detail {

// `path` put behind the URL's path with exactly one slash between, before a query that it may have.
// Characters that no path may hold are encoded, what is encoded already stays.
inline std::string join_path(std::string_view url, std::string_view path) {
  const auto mark = url.find_first_of("?#");
  std::string out(url.substr(0, mark));
  while (out.ends_with('/') && !out.ends_with("://")) out.pop_back();
  while (path.starts_with('/')) path.remove_prefix(1);
  out += '/';
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool encoded = path[i] == '%' && i + 2 < path.size() && is_hex(path[i + 1]) && is_hex(path[i + 2]);
    append_percent(out, path.substr(i, 1), encoded ? "%" : "/:@!$&'()*+,;=");
  }
  if (mark != url.npos) out += url.substr(mark);
  return out;
}

// For people: user and password of a URL are never shown.
inline std::string without_userinfo(std::string_view url) {
  const auto parts = split_url(url);
  const auto at = parts.authority.rfind('@');
  if (at == parts.authority.npos) return std::string(url);
  const auto start = static_cast<std::size_t>(parts.authority.data() - url.data());
  return std::string(url.substr(0, start)).append("***").append(url.substr(start + at));
}

}  // namespace detail
}  // namespace v1
}  // namespace integ
