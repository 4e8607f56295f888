// The hosts that a run may talk to. Every request, every link that a server gave and every hop of a
// redirect passes here; an empty list allows nothing. Immutable, safe from every thread.
#pragma once

#include "base/url.hpp"

#include <string>
#include <vector>

namespace integ::http {

class AllowList {
 public:
  // `connector`: its own list with config values filled in; an entry may be a whole URL, of which host and
  // an explicit port count. `narrowed`: the operator's, which only takes away; empty, it takes nothing away.
  AllowList(const std::vector<std::string>& connector, const std::vector<std::string>& narrowed);

  bool allows(const Url& url) const;
  // Throws Error of kind config that names the host, what is allowed and what to set; `origin` is where the
  // URL came from ("" unknown).
  void require(const Url& url, const std::string& origin) const;

 private:
  std::vector<std::string> connector_;
  std::vector<std::string> narrowed_;
};

}  // namespace integ::http
