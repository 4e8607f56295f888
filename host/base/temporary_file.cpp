#include "base/temporary_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace integ {
namespace {

constexpr std::string_view kMark = ".tmp-";

bool takes_digits(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits > 0;
}

// NAME.tmp-PID-N and nothing else: what a person called alike stays.
bool is_temporary_of(std::string_view file, std::string_view name) {
  if (!file.starts_with(name)) return false;
  const std::size_t mark = file.rfind(kMark);
  if (mark == std::string_view::npos || mark < name.size()) return false;
  std::string_view rest = file.substr(mark + kMark.size());
  if (!takes_digits(rest) || !rest.starts_with('-')) return false;
  rest.remove_prefix(1);
  return takes_digits(rest) && rest.empty();
}

void remove_if_abandoned(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat opened {};
  if (!fd || ::fstat(fd.get(), &opened) != 0 || !S_ISREG(opened.st_mode)) return;
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return;
  // With the lock, since another may have taken it away meanwhile, and a third made one of the same name.
  struct stat named {};
  if (::lstat(path.c_str(), &named) != 0 || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev) return;
  ::unlink(path.c_str());
}

}  // namespace

TemporaryFile temporary_beside(const std::string& path, mode_t mode) {
  // mkostemp() makes 0600; the mode of a plain open() is only known through the umask, which can't be read
  // without being changed for all threads. So the names are made here and opened as any file is.
  static constexpr int kAttempts = 100;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::string name = path + std::string(kMark) + std::to_string(::getpid()) + "-" + std::to_string(attempt);
    UniqueFd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd && errno == EEXIST) continue;
    if (!fd) return {};
    // Somebody may have found it before it was locked, and have taken it away. Where a file system has no locks nobody
    // gets one, and nothing is taken away.
    struct stat status {};
    const bool lost = ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (lost || (::fstat(fd.get(), &status) == 0 && status.st_nlink == 0)) continue;
    return {std::move(fd), std::move(name)};
  }
  errno = EEXIST;
  return {};
}

void remove_abandoned(const std::string& path) noexcept {
  try {
    const std::filesystem::path whole(path);
    const std::string name = whole.filename().string();
    const std::filesystem::path folder = whole.has_parent_path() ? whole.parent_path() : std::filesystem::path(".");
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      if (is_temporary_of(entry->path().filename().string(), name)) remove_if_abandoned(entry->path().string());
    }
  } catch (const std::exception&) {  // not enough memory: they stay for the next time
  }
}

}  // namespace integ
