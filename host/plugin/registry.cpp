#include "plugin/registry.hpp"

#include "base/error.hpp"
#include "plugin/listing_cache.hpp"
#include "plugin/naming.hpp"
#include "plugin/registry_errors.hpp"
#include "plugin/scan.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace integ::plugin {

struct Registry::Loaded {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Plugin>> plugins;  // by path; guarded by mutex
};

Registry::Registry() : loaded_(std::make_unique<Loaded>()) {}
Registry::Registry(Registry&&) noexcept = default;
Registry& Registry::operator=(Registry&&) noexcept = default;
Registry::~Registry() = default;

namespace {

// From the cache what it knows, from a child what is new.
std::vector<Listing> listings_of(const std::vector<Candidate>& files, const std::string& executable,
                                 const ScanLimits& limits) {
  ListingCache cache = ListingCache::open(executable);
  std::vector<std::optional<Listing>> known;
  std::vector<std::string> unknown;
  for (const Candidate& file : files) {
    known.push_back(file.refused.empty() ? cache.find(file.path) : std::nullopt);
    if (file.refused.empty() && !known.back()) unknown.push_back(file.path);
  }
  std::vector<Listing> scanned = scan_files(executable, unknown, limits);
  for (const Listing& listing : scanned) cache.add(listing);
  cache.save();

  std::vector<Listing> listings;
  std::size_t next = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    Listing listing;
    if (!files[i].refused.empty()) {
      listing.path = files[i].path;
      listing.refused = files[i].refused;
    } else {
      listing = known[i] ? std::move(*known[i]) : std::move(scanned[next++]);
    }
    listing.folder = files[i].folder;
    if (!files[i].warning.empty()) listing.warnings.push_back("the file is " + files[i].warning);
    listings.push_back(std::move(listing));
  }
  return listings;
}

template <typename Info>
std::vector<std::string> names_of(const std::vector<Listing>& listings, std::vector<Info> Listing::*member) {
  std::vector<std::string> names;
  for (const Listing& listing : listings) {
    for (const Info& info : listing.*member) names.push_back(info.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

template <typename Info>
const Listing* having(const std::vector<Listing>& listings, std::vector<Info> Listing::*member,
                      const std::string& name) {
  for (const Listing& listing : listings) {
    for (const Info& info : listing.*member) {
      if (info.name == name) return &listing;
    }
  }
  return nullptr;
}

}  // namespace

Registry Registry::scan(const std::vector<std::string>& folders, const std::string& executable,
                        const ScanLimits& limits) {
  Registry registry;
  registry.folders_ = folders;
  registry.listings_ = listings_of(candidates(folders), executable, limits);
  settle_names(registry.listings_);
  return registry;
}

std::vector<std::string> Registry::connector_names() const { return names_of(listings_, &Listing::connectors); }
std::vector<std::string> Registry::adapter_names() const { return names_of(listings_, &Listing::adapters); }

const Listing& Registry::connector(const std::string& name) const {
  const Listing* found = having(listings_, &Listing::connectors, name);
  if (found == nullptr) throw Error(Kind::config, no_such_connector(*this, name));
  return *found;
}

const Listing* Registry::adapter(const std::string& name) const { return having(listings_, &Listing::adapters, name); }

std::shared_ptr<const Plugin> Registry::load(const Listing& listing, const integ_host* host) const {
  if (!listing.refused.empty()) throw Error(Kind::plugin, listing.path + ": " + listing.refused);
  const std::lock_guard lock(loaded_->mutex);
  std::shared_ptr<const Plugin>& plugin = loaded_->plugins[listing.path];
  if (!plugin) plugin = load_library(listing.path, host);
  return plugin;
}

}  // namespace integ::plugin
