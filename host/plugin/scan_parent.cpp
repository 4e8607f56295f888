#include "base/error.hpp"
#include "base/text.hpp"
#include "plugin/child_process.hpp"
#include "plugin/listing_json.hpp"
#include "plugin/scan.hpp"

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

// A line of the child, which is to be about `path`.
Listing answered(const std::string& line, const std::string& path) {
  try {
    const json::Document document = json::Document::parse(line);
    Listing listing = listing_of(document.root());
    if (listing.path == path) return listing;
  } catch (const Error&) {
    // Below: only a plug-in that writes to descriptors which it does not own comes here.
  }
  return refused_file(path, "it disturbs the listing: it writes to a file descriptor that it did not open");
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
    switch (child.read_line(line, limits.per_file, kMaxLine)) {
      case ChildProcess::Outcome::line:
        listings.push_back(answered(line, path));
        break;
      case ChildProcess::Outcome::too_slow:
        listings.push_back(
            refused_file(path, with_printed("it hangs: it was not loaded within " + seconds(limits.per_file), child)));
        return;
      case ChildProcess::Outcome::too_long:
        listings.push_back(refused_file(path, "its description is longer than " + human_bytes(kMaxLine)));
        return;
      case ChildProcess::Outcome::ended:
        if (listings.size() > first) return;
        listings.push_back(
            refused_file(path, with_printed("it " + child.how_it_ended() + " while it was loaded", child)));
        return;
    }
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
