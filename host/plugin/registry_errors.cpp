#include "plugin/registry_errors.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace integ::plugin {
namespace {

namespace fs = std::filesystem;

// "libpoke_api.so" may well have been meant by "poke-api".
std::string plain(std::string name) {
  if (name.starts_with("lib")) name.erase(0, 3);
  std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
  return lower(name);
}

std::string folders_text(const std::vector<std::string>& folders) {
  std::vector<std::string> shown;
  for (const std::string& folder : folders) {
    std::error_code unknown;
    shown.push_back(fs::is_directory(folder, unknown) ? folder : folder + " (no such folder)");
  }
  return shown.empty() ? std::string("no folder") : listed(shown);
}

std::string names_text(const Registry& registry, const std::string& name) {
  std::vector<std::string> names = registry.connector_names();
  const auto near = nearest(sanitised(name, 64), names);
  std::string text;
  if (near) {
    text = ", did you mean '" + *near + "'?";
    std::stable_partition(names.begin(), names.end(), [&](const std::string& other) { return other == *near; });
  } else {
    text = ".";
  }
  if (names.empty()) return text + " There are none.";
  return text + " There " + (names.size() == 1 ? "is " : "are ") + listed(names) + ".";
}

}  // namespace

std::string no_such_connector(const Registry& registry, const std::string& name) {
  std::string text = "no connector '" + sanitised(name, 80) + "'" + names_text(registry, name) + " Searched in " +
                     folders_text(registry.folders()) + ".";
  const bool none = registry.connector_names().empty();
  for (const Listing& listing : registry.listings()) {
    const std::string stem = fs::path(listing.path).stem().string();
    if (!listing.refused.empty() && (none || plain(stem) == plain(name))) {
      text += " Passed over " + listing.path + ": " + listing.refused + ".";
    }
    for (const UnusedName& unused : listing.unused) {
      if (unused.name == name) text += " " + listing.path + ": " + unused.reason + ".";
    }
  }
  return text;
}

}  // namespace integ::plugin
