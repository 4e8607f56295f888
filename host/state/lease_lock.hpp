// The part of a lease that the kernel keeps: a lock on one byte of a file beside the store.
//
// The kernel drops it when the process ends, however it ends, and it is seen from other containers on the
// same machine, where process ids and host names say nothing. An open-file-description lock (fcntl(2),
// Linux 3.15) and no POSIX one: those are lost when any descriptor of the file is closed, and don't keep two
// runs of one process apart.
#pragma once

#include "base/files.hpp"

#include <cstdint>
#include <string>

namespace integ::state {

class LeaseLock {
 public:
  enum class Outcome { taken, held_by_another, unsupported /* this file system has no such locks */ };

  // Tries, and does not wait. Throws Error of kind state when the file can't be opened.
  LeaseLock(const std::string& file, std::int64_t byte);
  Outcome outcome() const noexcept { return outcome_; }

 private:
  UniqueFd fd_;
  Outcome outcome_ = Outcome::unsupported;
};

}  // namespace integ::state
