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

// A link that says http because TLS ends in front of the server: the same host is meant, by https.
void Router::upgrade(Url& url, const Url& secure) const {
  if (url.explicit_port && url.port != 80 && url.port != secure.port) {
    throw Error(Kind::config, "the link to " + url.origin() + " uses http, but " + secure.origin() +
                                  " was asked by https; credentials are not sent in clear");
  }
  take_origin(url, secure);
}

Url Router::admit(std::string_view text, std::string_view linked_from) {
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
  const bool is_link = !linked_from.empty();
  if (pin_origin_ && first && (is_link || !allowed_.allows(url))) take_origin(url, *first);
  if (is_link && url.scheme == "http" && Url::parse(linked_from).scheme == "https") {
    throw Error(Kind::config, "the link from " + Url::parse(linked_from).origin() + " to " + url.origin() +
                                  " falls from https to http; it is not followed");
  }
  allowed_.require(url, is_link ? "a link on a page of " + Url::parse(linked_from).origin() : std::string());
  const std::lock_guard lock(mutex_);
  if (!first_) first_ = url;
  if (url.scheme == "https" && !secure) secure_.try_emplace(url.host, url);
  const std::string origin = url.origin();
  if (!is_link) own_.insert(origin);
  if (url.userinfo.empty()) {
    if (const auto user = users_.find(origin); user != users_.end()) url.userinfo = user->second;
  } else if (!is_link) {
    users_.try_emplace(origin, url.userinfo);
  }
  return url;
}

// A server behind a proxy, that names itself as it is known there.
void Router::pin(Url& url, const Url& from) const {
  const std::lock_guard lock(mutex_);
  if (!first_ || !from.same_origin(*first_)) return;
  const bool falls = from.scheme == "https" && url.scheme == "http" && url.host == from.host;
  if (falls || !allowed_.allows(url)) take_origin(url, *first_);
}

bool Router::is_own(const Url& url) const {
  const std::lock_guard lock(mutex_);
  return own_.contains(url.origin());
}

Url Router::redirect(const Url& from, std::string_view location, const Url& asked) const {
  Url url = from.resolve(location);
  if (pin_origin_) pin(url, from);
  if (url.userinfo.empty()) {
    if (url.same_origin(from)) {
      url.userinfo = from.userinfo;
    } else if (url.same_origin(asked)) {
      url.userinfo = asked.userinfo;
    }
  }
  if (from.scheme == "https" && url.scheme == "http") {
    throw Error(Kind::config,
                "the redirect from " + from.origin() + " to " + url.origin() + " falls from https to http; refused");
  }
  allowed_.require(url, "a redirect from " + from.origin());
  return url;
}

}  // namespace integ::http
