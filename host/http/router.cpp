#include "http/router.hpp"

#include "base/error.hpp"

namespace integ::http {

namespace {

void take_origin(Url& url, const Url& from) {
  url.scheme = from.scheme;
  url.host = from.host;
  url.port = from.port;
  url.explicit_port = from.explicit_port;
  url.userinfo = from.userinfo;
}

}  // namespace

std::optional<Url> Router::configured() const {
  const std::lock_guard lock(mutex_);
  return first_;
}

// A link that says http because TLS ends in front of the server: the same host is meant, by https.
void Router::upgrade(Url& url, const Url& secure) const {
  if (url.explicit_port && url.port != 80 && url.port != secure.port) {
    throw Error(Kind::config, "the link to " + url.origin() + " uses http, but " + secure.origin() +
                                  " was asked by https; credentials are not sent in clear");
  }
  take_origin(url, secure);
}

Url Router::admit(std::string_view text) {
  Url url = Url::parse(text);
  std::optional<Url> first;
  std::optional<Url> secure;
  {
    const std::lock_guard lock(mutex_);
    first = first_;
    if (url.scheme == "http") {
      const auto found = secure_.find(url.host);
      if (found != secure_.end()) secure = found->second;
    }
  }
  if (secure) upgrade(url, *secure);
  if (pin_origin_ && first && !allowed_.allows(url)) take_origin(url, *first);
  allowed_.require(url, "");
  if (!first || (url.scheme == "https" && !secure)) {
    const std::lock_guard lock(mutex_);
    if (!first_) first_ = url;
    if (url.scheme == "https") secure_.try_emplace(url.host, url);
  }
  return url;
}

Url Router::link(std::string_view reference, std::string_view page_url) const {
  const Url page = Url::parse(page_url);
  Url url = page.resolve(reference);
  if (pin_origin_) {
    take_origin(url, configured().value_or(page));
  } else if (page.scheme == "https" && url.scheme == "http") {
    if (url.host != page.host) {
      throw Error(Kind::config, "the link from " + page.origin() + " to " + url.origin() +
                                    " falls from https to http; it is not followed");
    }
    upgrade(url, page);
  }
  allowed_.require(url, "a link on a page of " + page.origin());
  return url;
}

Url Router::redirect(const Url& from, std::string_view location) const {
  Url url = from.resolve(location);
  if (from.scheme == "https" && url.scheme == "http") {
    throw Error(Kind::config,
                "the redirect from " + from.origin() + " to " + url.origin() + " falls from https to http; refused");
  }
  allowed_.require(url, "a redirect from " + from.origin());
  return url;
}

}  // namespace integ::http
