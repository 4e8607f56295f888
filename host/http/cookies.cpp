#include "http/cookies.hpp"

#include "base/text.hpp"
#include "http/http_date.hpp"
#include "http/outgoing.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace integ::http {

namespace {

// RFC 6265, 5.1.4.
bool path_matches(std::string_view path, std::string_view cookie_path) {
  if (!path.starts_with(cookie_path)) return false;
  return path.size() == cookie_path.size() || cookie_path.ends_with('/') || path[cookie_path.size()] == '/';
}

std::string default_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

// RFC 6265, 5.2.2: nothing where it is no number.
std::optional<std::int64_t> expiry(std::string_view max_age, std::int64_t now_ms) {
  constexpr std::int64_t kMost = 400LL * 86'400;
  const bool negative = max_age.starts_with('-');
  if (negative) max_age.remove_prefix(1);
  if (max_age.empty() || max_age.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::int64_t seconds = kMost;  // and where it is too long a number
  std::from_chars(max_age.data(), max_age.data() + max_age.size(), seconds);
  if (negative || seconds <= 0) return 1;  // long past
  return now_ms + std::min(seconds, kMost) * 1000;
}

}  // namespace

void CookieJar::store(std::vector<Cookie>& cookies, Cookie cookie, std::int64_t now_ms) {
  std::erase_if(cookies, [&](const Cookie& each) { return each.name == cookie.name && each.path == cookie.path; });
  if (cookie.expires_ms != 0 && cookie.expires_ms <= now_ms) return;
  if (cookies.size() < kPerOrigin) cookies.push_back(std::move(cookie));
}

void CookieJar::remember(const Url& url, const std::vector<Header>& headers, std::int64_t now_ms) {
  for (const Header& header : headers) {
    if (!equal_ignoring_case(header.name, "Set-Cookie") || has_control(header.value)) continue;
    std::string_view rest = header.value;
    const auto next = [&rest] {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view part = trimmed(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::size_t equals = std::min(part.find('='), part.size());
      return std::pair(trimmed(part.substr(0, equals)), trimmed(part.substr(std::min(equals + 1, part.size()))));
    };
    const auto [name, value] = next();
    if (name.empty()) continue;
    Cookie cookie{std::string(name), std::string(value), default_path(url.path), 0};
    bool secure = false;
    bool aged = false;  // Max-Age wins over Expires
    while (!rest.empty()) {
      const auto [attribute, setting] = next();
      if (equal_ignoring_case(attribute, "Path") && setting.starts_with('/')) cookie.path = std::string(setting);
      if (equal_ignoring_case(attribute, "Secure")) secure = true;
      if (equal_ignoring_case(attribute, "Max-Age")) {
        if (const auto when = expiry(setting, now_ms)) {
          cookie.expires_ms = *when;
          aged = true;
        }
      }
      if (equal_ignoring_case(attribute, "Expires") && !aged) {
        if (const auto date = parse_cookie_date(setting)) {
          cookie.expires_ms = std::max<std::int64_t>(1, *date * 1000);
        }
      }
    }
    if (secure && url.scheme != "https") continue;
    const std::lock_guard lock(mutex_);
    store(jar_[url.origin()], std::move(cookie), now_ms);
  }
}

std::string CookieJar::header_for(const Url& url, std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  if (jar_.empty()) return {};
  const auto found = jar_.find(url.origin());
  if (found == jar_.end()) return {};
  std::string out;
  for (const Cookie& cookie : found->second) {
    if (!path_matches(url.path, cookie.path) || (cookie.expires_ms != 0 && cookie.expires_ms <= now_ms)) continue;
    if (!out.empty()) out += "; ";
    out.append(cookie.name).append("=").append(cookie.value);
  }
  return out;
}

}  // namespace integ::http
