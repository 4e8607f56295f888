#include "base/error.hpp"
#include "base/text.hpp"
#include "plugin/child_process.hpp"
#include "plugin/listing_json.hpp"
#include "plugin/scan.hpp"

#include <optional>
#include <utility>

namespace integ::plugin {
namespace {

Listing refused_file(const std::string& path, std::string reason) {
  Listing listing;
  listing.path = path;
  listing.refused = std::move(reason);
  return listing;
}

std::string seconds(std::chrono::milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  if (time.count() % 1000 != 0) text += "." + std::to_string(time.count() % 1000 + 1000).substr(1);
  return text + " s";
}

// A line of the child, when it is one about `path`. Another one comes from a plug-in that writes to
// descriptors which it does not own.
std::optional<Listing> answered(const std::string& line, const std::string& path) {
  try {
    const json::Document document = json::Document::parse(line);
    Listing listing = listing_of(document.root());
    if (listing.path == path) return listing;
  } catch (const Error&) {
    // no JSON, or none of ours
  }
  return std::nullopt;
}

std::string with_printed(std::string reason, const ChildProcess& child) {
  const std::string printed = printed_to(child.stderr_fd());
  if (!printed.empty()) reason += "; it printed: " + printed;
  return reason;
}

// What one child has to say, from paths[listings.size()] on. Afterwards at least one more is known.
void go_on(const std::string& executable, const std::vector<std::string>& paths, const ScanLimits& limits,
           std::vector<Listing>& listings) {
  const std::size_t first = listings.size();
  std::vector<std::string> arguments{"--list-plugin-files"};
  arguments.insert(arguments.end(), paths.begin() + static_cast<std::ptrdiff_t>(first), paths.end());
  ChildProcess child(executable, arguments);
  std::string line;
  while (listings.size() < paths.size()) {
    const std::string& path = paths[listings.size()];
    const bool alone = listings.size() == first;  // else an earlier file may be at fault, and this one is tried again
    std::string fault;
    switch (child.read_line(line, limits.per_file, kMaxLine)) {
      case ChildProcess::Outcome::line:
        if (auto listing = answered(line, path)) {
          listings.push_back(std::move(*listing));
          continue;
        }
        if (!alone) return;
        fault = "it disturbs the listing: it writes to a file descriptor that it did not open";
        break;
      case ChildProcess::Outcome::ended:
        if (!alone) return;
        fault = with_printed("it " + child.how_it_ended() + " while it was loaded", child);
        break;
      // A second wait would double what a person waits for, and no earlier file makes a description longer.
      case ChildProcess::Outcome::too_slow:
        fault = with_printed("it hangs: it was not loaded within " + seconds(limits.per_file), child);
        break;
      case ChildProcess::Outcome::too_long:
        fault = "its description is longer than " + human_bytes(kMaxLine);
        break;
    }
    listings.push_back(refused_file(path, std::move(fault)));
    return;
  }
}

}  // namespace

std::vector<Listing> scan_files(const std::string& executable, const std::vector<std::string>& paths,
                                const ScanLimits& limits) {
  std::vector<Listing> listings;
  while (listings.size() < paths.size()) {
    try {
      go_on(executable, paths, limits, listings);
    } catch (const Error& error) {
      while (listings.size() < paths.size()) {
        listings.push_back(refused_file(paths[listings.size()], error.message()));
      }
    }
  }
  return listings;
}

}  // namespace integ::plugin
