// Where a request really goes: the allow-list, pin_origin and the rule that nothing falls from https back
// to http, for a connector's URLs, for links that a server gave and for redirects. Safe from every thread.
//
// What a connector asks for may be a link it took from an answer, so a request is held against what the run
// has talked to before: the first origin is the configured one, a host that was reached by https stays so, and an
// origin that was asked with user information in the URL is asked with it further on, also where a link leaves it out.
#pragma once

#include "base/url.hpp"
#include "http/allow_list.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace integ::http {

class Router {
 public:
  Router(AllowList allowed, bool pin_origin) : allowed_(std::move(allowed)), pin_origin_(pin_origin) {}

  // Of a request; `linked_from` is the page of another origin that named it, "" for none. Throws Error: no URL, a host
  // that is not allowed, http where https was used.
  Url admit(std::string_view text, std::string_view linked_from = {});
  // Whether the connector asked that origin of its own accord, not because a page of another one named it: secrets
  // of a request may go there.
  bool is_own(const Url& url) const;
  // Of a Location header in the answer of `from`; `asked` is where the request went before redirects. The same errors:
  // https never becomes http. With pin_origin the configured origin stays where it names a host that isn't allowed, or
  // itself by http.
  Url redirect(const Url& from, std::string_view location, const Url& asked) const;

 private:
  void upgrade(Url& url, const Url& secure) const;
  void pin(Url& url, const Url& from) const;

  const AllowList allowed_;
  const bool pin_origin_;
  mutable std::mutex mutex_;
  std::optional<Url> first_;                  // guarded by mutex_
  std::map<std::string, Url> secure_;         // hosts reached by https, guarded by mutex_
  std::set<std::string> own_;                 // origins, guarded by mutex_
  std::map<std::string, std::string> users_;  // user information by origin, as the connector gave it; guarded by mutex_
};

}  // namespace integ::http
