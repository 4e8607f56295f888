// URLs for people, and what is secret in them.
#include "base/url_shown.hpp"

#include "base/error.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"

#include <algorithm>

namespace integ {
namespace {

// Where user information may stand in what is no usable URL: a password that should have been encoded may hold any
// delimiter, so it reaches to the last '@'.
std::string_view possible_userinfo(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::size_t scheme = text.find("://");
  const std::size_t begin = scheme == std::string_view::npos || scheme + 3 > at ? 0 : scheme + 3;
  return text.substr(begin, at - begin);
}

}  // namespace

std::string shown_of_bad(std::string_view text) {
  const std::string_view hidden = possible_userinfo(text);
  const std::size_t query = text.find_first_of("?#");
  if (hidden.empty()) return std::string(text.substr(0, query));
  const auto begin = static_cast<std::size_t>(hidden.data() - text.data());
  const std::size_t end = begin + hidden.size();
  std::string out = std::string(text.substr(0, begin)) + std::string(kMask);
  // Behind a '?' or '#' it may be the '@' of a parameter, and what follows a part of that.
  if (query > end) out += text.substr(end, query == std::string_view::npos ? query : query - end);
  return out;
}

void register_login(std::string_view userinfo, Secrets& secrets) {
  constexpr std::size_t kKey = 12;
  const std::size_t colon = std::min(userinfo.find(':'), userinfo.size());
  const std::string user(userinfo.substr(0, colon));
  const std::string password(userinfo.substr(std::min(colon + 1, userinfo.size())));
  if (user.empty() && password.empty()) return;
  secrets.add_login(user, password);
  secrets.add_login(percent_decode(user), percent_decode(password));
  if (!password.empty() || user.size() < kKey) return;
  secrets.add(user);
  secrets.add(percent_decode(user));
}

void register_userinfo(std::string_view url, Secrets& secrets) {
  if (url.find('@') == std::string_view::npos) return;
  try {
    register_login(Url::parse(url).userinfo, secrets);
  } catch (const Error&) {
    const std::string begin = lower(url.substr(0, 6));  // or it is an address of e-mail
    if (begin.starts_with("http:") || begin == "https:") register_login(possible_userinfo(url), secrets);
  }
}

std::string masked_url(std::string_view url, const Secrets& secrets) {
  const bool absolute = url.find(':') < url.find_first_of("/?#");
  if (absolute && url.find('@') != std::string_view::npos) {
    try {
      static_cast<void>(Url::parse(url));
    } catch (const Error&) {
      return secrets.mask(shown_of_bad(url));
    }
  }
  std::string out(url.substr(0, url.find('#')));
  const std::size_t authority = out.find("://");
  if (authority != std::string::npos) {
    const std::size_t end = std::min(out.find_first_of("/?", authority + 3), out.size());
    const std::size_t at = out.rfind('@', end);
    if (at != std::string::npos && at > authority) out.replace(authority + 3, at - authority - 3, kMask);
  }
  const std::size_t question = out.find('?');
  if (question == std::string::npos) return secrets.mask(out);
  std::string shown = out.substr(0, question + 1);
  std::string_view query = std::string_view(out).substr(question + 1);
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    shown += pair.substr(0, equals);
    if (equals != std::string_view::npos) (shown += '=') += kMask;
    if (end < query.size()) shown += '&';
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return secrets.mask(shown);
}

}  // namespace integ
