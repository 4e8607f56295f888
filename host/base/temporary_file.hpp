// A file that is written beside another and takes its place by rename(2).
//
//   TemporaryFile file = temporary_beside("out/orders.jsonl", 0666);   // out/orders.jsonl.tmp-4711-0
//   write_all(file.fd.get(), ...); ::rename(file.path.c_str(), "out/orders.jsonl");
//
// As long as it is written its maker holds a lock on it (flock(2)), which ends with the process however that ends. So
// one that can be locked is nobody's any more: a killed run left it, and remove_abandoned() takes it away.
#pragma once

#include "base/files.hpp"

#include <string>
#include <sys/types.h>

namespace integ {

struct TemporaryFile {
  UniqueFd fd;  // for writing; none where it could not be made, and errno says why
  std::string path;
};

// `mode` as open(2) takes it: less the umask.
TemporaryFile temporary_beside(const std::string& path, mode_t mode);

// Takes away the abandoned ones of `path`, and of every other file whose path begins so.
void remove_abandoned(const std::string& path) noexcept;

}  // namespace integ
