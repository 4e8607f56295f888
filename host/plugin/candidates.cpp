#include "plugin/elf.hpp"
#include "plugin/find.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace integ::plugin {
namespace {

namespace fs = std::filesystem;
using FileId = std::pair<dev_t, ino_t>;

std::optional<struct stat> status_of_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

// Names without a leading dot that end in .so: half-copied files (".x.so.part", rsync's ".x.so.Ab3d") are
// hidden or end otherwise.
bool looks_like_plugin(const std::string& name) {
  return name.size() > 3 && name.ends_with(".so") && !name.starts_with('.');
}

std::string joined_warning(std::string warning, const std::string& more) {
  if (!warning.empty()) warning += "; ";
  return warning + more;
}

Candidate judged(const std::string& folder, const std::string& name, bool open_folder,
                 std::map<FileId, std::string>& seen, const std::optional<struct stat>& own) {
  Candidate candidate{folder == "/" ? folder + name : folder + "/" + name, folder, {}, {}};
  const auto status = status_of_file(candidate.path);
  if (!status) {
    candidate.refused = std::string("unreadable (") + std::strerror(errno) + ")";
    return candidate;
  }
  if (own && own->st_dev == status->st_dev && own->st_ino == status->st_ino) {
    // Boost.DLL answers a failed dlopen of the running program with the program itself.
    candidate.refused = "this very program";
    return candidate;
  }
  const auto [earlier, first] = seen.emplace(FileId(status->st_dev, status->st_ino), candidate.path);
  if (!first) {
    candidate.refused = "the same file as " + earlier->second;
    return candidate;
  }
  if ((status->st_mode & S_IWOTH) != 0) {
    candidate.refused = "world-writable, so that anyone could have put code into it (chmod o-w " + candidate.path + ")";
    return candidate;
  }
  candidate.refused = elf_fault(candidate.path);
  if ((status->st_mode & S_IWGRP) != 0) candidate.warning = "group-writable";
  if (status->st_uid != ::geteuid() && status->st_uid != 0) {
    candidate.warning = joined_warning(candidate.warning, "owned by another user");
  }
  if (open_folder) candidate.warning = joined_warning(candidate.warning, "in a world-writable folder");
  return candidate;
}

}  // namespace

std::vector<Candidate> candidates(const std::vector<std::string>& folders) {
  std::vector<Candidate> found;
  const auto own = status_of_file("/proc/self/exe");
  std::map<FileId, std::string> seen;
  for (const std::string& folder : folders) {
    const auto status = status_of_file(folder);
    if (!status) continue;  // most of the folders exist on few machines
    std::error_code fault;
    std::vector<std::string> names;
    fs::directory_iterator entries(folder, fault);
    for (; !fault && entries != fs::directory_iterator(); entries.increment(fault)) {
      std::string name = entries->path().filename().string();
      std::error_code unknown;
      // Through symbolic links: stow, nix and packagers put those. A dangling one stays, to be named.
      const bool other = entries->exists(unknown) && !entries->is_regular_file(unknown);
      if (looks_like_plugin(name) && !other) names.push_back(std::move(name));
    }
    if (fault) found.push_back({folder, folder, "a folder that can't be read (" + fault.message() + ")", {}});
    std::sort(names.begin(), names.end());
    const bool open_folder = (status->st_mode & S_IWOTH) != 0;
    for (const std::string& name : names) found.push_back(judged(folder, name, open_folder, seen, own));
  }
  return found;
}

}  // namespace integ::plugin
