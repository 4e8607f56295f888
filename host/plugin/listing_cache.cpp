#include "plugin/listing_cache.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "json/text.hpp"
#include "plugin/file_identity.hpp"
#include "plugin/listing_json.hpp"

#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace integ::plugin {
namespace {

namespace fs = std::filesystem;

// Beyond these it is no cache of ours: a folder has tens of plug-ins of some hundred KiB.
constexpr off_t kMaxFile = 256l * 1024 * 1024;
constexpr std::size_t kMaxEntries = 1000;

std::string cache_file() {
  const char* wish = std::getenv("INTEG_PLUGIN_CACHE");
  if (wish != nullptr && std::string_view(wish) == "off") return {};
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/integ/plugins.json";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.cache/integ/plugins.json";
  return {};
}

// The descriptions decide what is shown and which file is loaded: only the user's own file is believed.
bool is_ours(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 && status.st_size <= kMaxFile;
}

}  // namespace

ListingCache ListingCache::open(const std::string& executable) {
  ListingCache cache;
  const std::string program = file_identity(executable);
  // A program that was linked a moment ago has no identity yet, and nothing can be kept for it.
  if (program.empty()) return cache;
  cache.file_ = cache_file();
  cache.writer_ = std::string(INTEG_VERSION) + " " + program;
  if (cache.file_.empty()) return cache;
  try {
    cache.read();
  } catch (const std::exception&) {
    cache.entries_.clear();  // missing, most often; or corrupt, and then it is written anew
  }
  return cache;
}

void ListingCache::read() {
  const UniqueFd fd(::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd || !is_ours(fd.get())) return;
  const json::Document document = json::Document::parse(read_file("/proc/self/fd/" + std::to_string(fd.get())));
  const json::Node* files = document.root().member("files");
  if (document.root().string("writer") != writer_ || files == nullptr || !files->is_array()) return;
  for (std::uint64_t i = 0; i < files->count; ++i) {
    const json::Node& file = files->items[i];
    const json::Node* listing = file.member("listing");
    if (listing == nullptr || !listing->is_object()) continue;
    entries_[std::string(listing->string("path"))] = {std::string(file.string("identity")), std::string(listing->text)};
  }
}

std::optional<Listing> ListingCache::find(const std::string& path) {
  if (file_.empty()) return std::nullopt;
  const std::string identity = file_identity(path);
  const auto entry = entries_.find(path);
  if (!identity.empty() && entry != entries_.end() && entry->second.identity == identity) {
    try {
      Listing listing = listing_of(json::Document::parse(entry->second.listing).root());
      if (listing.path == path && listing.refused.empty()) return listing;
    } catch (const Error&) {
      // Written by another hand: scanned, and then overwritten.
    }
  }
  identities_[path] = identity;
  return std::nullopt;
}

void ListingCache::add(const Listing& listing) {
  const auto identity = identities_.find(listing.path);
  if (!listing.refused.empty() || identity == identities_.end() || identity->second.empty()) return;
  std::string text;
  append_listing(text, listing);
  entries_[listing.path] = {identity->second, std::move(text)};
  changed_ = true;
}

void ListingCache::save() const noexcept {
  if (!changed_) return;
  try {
    std::string files;
    std::size_t count = 0;
    for (const auto& [path, entry] : entries_) {
      std::error_code unknown;
      if (count == kMaxEntries || !fs::exists(path, unknown)) continue;
      if (count++ > 0) files += ",\n";
      json::ObjectWriter(files).text("identity", entry.identity).raw("listing", entry.listing).close();
    }
    std::string text;
    json::ObjectWriter(text).text("writer", writer_).raw("files", "[" + files + "]").close();
    const fs::path folder = fs::path(file_).parent_path();
    fs::create_directories(folder.parent_path());
    ::mkdir(folder.c_str(), 0700);  // the permissions that the base directory specification wants
    replace_file(file_, text + "\n", 0600);
  } catch (const std::exception&) {
    // A read-only home, a full disk: the next start scans again.
  }
}

}  // namespace integ::plugin
