#include "http/proxies.hpp"

#include "base/text.hpp"
#include "base/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

namespace integ::http {

namespace {

std::string_view without_scheme(std::string_view proxy) {
  const std::size_t scheme = proxy.find("://");
  return scheme == std::string_view::npos ? proxy : proxy.substr(scheme + 3);
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
}

}  // namespace

std::string proxy_fault(std::string_view proxy) {
  constexpr std::array<std::string_view, 6> kSchemes = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
  if (proxy.empty() || proxy == "none") return {};
  const std::size_t scheme = proxy.find("://");
  if (scheme != std::string_view::npos &&
      std::find(kSchemes.begin(), kSchemes.end(), lower(proxy.substr(0, scheme))) == kSchemes.end()) {
    return "its scheme is none of http, https, socks4, socks4a, socks5 and socks5h";
  }
  std::string_view rest = without_scheme(proxy);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  if (rest.find('@', end) != std::string_view::npos) {
    return "its user or password holds a '/', '?' or '#', which have to be written %2F, %3F and %23";
  }
  rest = rest.substr(0, end);
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  std::size_t colon = rest.rfind(':');
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return "its IPv6 address has no closing bracket";
    colon = rest.find(':', close);
  }
  if (rest.substr(0, colon).empty()) return "it has no host";
  if (colon != std::string_view::npos && !is_port(rest.substr(colon + 1))) return "its port is no number up to 65535";
  if (std::any_of(proxy.begin(), proxy.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; })) {
    return "it holds a space or a control character";
  }
  return {};
}

void register_proxies(std::string_view configured, Secrets& secrets) {
  const auto add = [&secrets](std::string_view proxy) {
    const std::string_view rest = without_scheme(proxy);
    const std::size_t at = rest.rfind('@');
    if (at != std::string_view::npos) register_login(rest.substr(0, at), secrets);
  };
  add(configured);
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    if (const char* value = std::getenv(name)) add(value);
  }
}

}  // namespace integ::http
