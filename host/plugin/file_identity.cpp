#include "plugin/file_identity.hpp"

#include <chrono>
#include <cstdint>
#include <sys/stat.h>

namespace integ::plugin {
namespace {

using std::chrono::nanoseconds;

nanoseconds since_epoch(const timespec& time) { return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec); }

}  // namespace

std::string file_identity(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  const nanoseconds changed = since_epoch(status.st_ctim);
  if (std::chrono::system_clock::now().time_since_epoch() - changed < std::chrono::milliseconds(100)) return {};
  std::string identity;
  for (const std::uint64_t part :
       {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
        static_cast<std::uint64_t>(status.st_size), static_cast<std::uint64_t>(since_epoch(status.st_mtim).count()),
        static_cast<std::uint64_t>(changed.count())}) {
    identity += std::to_string(part) + ":";
  }
  return identity;
}

}  // namespace integ::plugin
