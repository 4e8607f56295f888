#include "plugin/naming.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

namespace integ::plugin {
namespace {

struct Claim {
  std::vector<std::string> paths;  // of the first folder that has the name
  std::string folder;
};

template <typename Info>
void settle(std::vector<Listing>& listings, std::vector<Info> Listing::*member, const std::string& what) {
  std::map<std::string, Claim> claims;
  for (const Listing& listing : listings) {
    for (const Info& info : listing.*member) {
      Claim& claim = claims[info.name];
      if (claim.paths.empty()) claim.folder = listing.folder;
      if (claim.folder == listing.folder) claim.paths.push_back(listing.path);
    }
  }
  for (Listing& listing : listings) {
    std::vector<Info> used;
    for (Info& info : listing.*member) {
      const Claim& claim = claims[info.name];
      const std::string name = what + " '" + info.name + "'";
      std::string reason;
      if (claim.folder != listing.folder) {
        reason = name + " is shadowed by " + claim.paths.front();
      } else if (claim.paths.size() > 1) {
        const bool is_first = claim.paths.front() == listing.path;
        reason = name + " is in " + claim.paths[is_first ? 1 : 0] + ", too: neither is used";
      }
      if (reason.empty()) {
        used.push_back(std::move(info));
      } else {
        listing.unused.push_back({info.name, reason});
        listing.warnings.push_back(std::move(reason));
      }
    }
    listing.*member = std::move(used);
  }
}

}  // namespace

void settle_names(std::vector<Listing>& listings) {
  settle(listings, &Listing::connectors, "connector");
  settle(listings, &Listing::adapters, "adapter");
}

}  // namespace integ::plugin
