#include "plugin/find.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace integ::plugin {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// Absolute, because dlopen searches the system's folders for a name without a slash, and because a folder
// that is said twice in two ways is one folder.
std::string normal(const std::string& folder) {
  std::error_code fault;
  fs::path path = fs::absolute(folder, fault);
  if (fault) path = folder;
  path = path.lexically_normal();
  if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();  // no '/' at the end
  return path.string();
}

bool same_folder(const std::string& a, const std::string& b) {
  if (a == b) return true;
  std::error_code fault;
  return fs::equivalent(a, b, fault) && !fault;
}

// The user's own: the base directory specification wants relative values ignored.
std::string user_folder() {
  const std::string data = environment("XDG_DATA_HOME");
  if (data.starts_with('/')) return data + "/integ/plugins";
  const std::string home = environment("HOME");
  return home.starts_with('/') ? home + "/.local/share/integ/plugins" : std::string();
}

// <build>/host/integ of a build tree uses what was built beside it; <prefix>/bin/integ what was installed.
std::string own_folder(const std::string& executable) {
  if (executable.empty()) return {};
  const fs::path above = fs::path(executable).parent_path().parent_path();
  std::error_code fault;
  if (fs::is_directory(above / "meson-private", fault)) return (above / "plugins").string();
  return (above / "lib/integ/plugins").string();
}

}  // namespace

std::vector<std::string> folders(const std::vector<std::string>& given, const std::string& executable) {
  std::vector<std::string> wanted = given;
  const std::string listed = environment("INTEG_PLUGIN_PATH");
  for (std::size_t begin = 0; begin <= listed.size();) {
    const std::size_t end = std::min(listed.find(':', begin), listed.size());
    wanted.push_back(listed.substr(begin, end - begin));
    begin = end + 1;
  }
  wanted.push_back(user_folder());
  wanted.push_back(own_folder(executable));

  std::vector<std::string> found;
  for (const std::string& folder : wanted) {
    if (folder.empty()) continue;
    const std::string path = normal(folder);
    const bool known =
        std::any_of(found.begin(), found.end(), [&](const std::string& other) { return same_folder(other, path); });
    if (!known) found.push_back(path);
  }
  return found;
}

}  // namespace integ::plugin
