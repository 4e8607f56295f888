// What earlier scans found in files that have not changed since, so that a start needs no child process.
//
//   ListingCache cache = ListingCache::open(executable);
//   if (auto listing = cache.find(path)) ...            // else scan it, then
//   cache.add(listing);
//   cache.save();
//
// $XDG_CACHE_HOME/integ/plugins.json (or ~/.cache): written by one integ, and of no use to another, as each
// checks descriptors in its own way. Only usable files are kept; what failed may work the next time. A cache
// that is corrupt, that others may write or own, or that can't be written costs time and nothing else, so
// no function throws for it. INTEG_PLUGIN_CACHE=off turns it off. Used by one thread.
#pragma once

#include "json/document.hpp"
#include "plugin/registry.hpp"

#include <map>
#include <optional>
#include <string>

namespace integ::plugin {

class ListingCache {
 public:
  static ListingCache open(const std::string& executable);

  // Also remembers what the file is now, which is what add() will file it under: were it asked for
  // afterwards, a file replaced during the scan would be known by its predecessor's description.
  std::optional<Listing> find(const std::string& path);
  // Of a path that find() was asked for.
  void add(const Listing& listing);
  // Nothing when nothing was added.
  void save() const noexcept;

 private:
  struct Entry {
    std::string identity;
    std::string listing;  // JSON text
  };
  void read();

  std::string file_;                               // empty: off
  std::string writer_;                             // which integ this is
  std::map<std::string, Entry> entries_;           // by path
  std::map<std::string, std::string> identities_;  // of paths that were asked for and not found
  bool changed_ = false;
};

}  // namespace integ::plugin
