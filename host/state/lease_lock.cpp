#include "state/lease_lock.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>

namespace integ::state {

LeaseLock::LeaseLock(const std::string& file, std::int64_t byte)
    : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (!fd_) throw Error(Kind::state, "cannot open " + file + ": " + std::strerror(errno));
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = byte;
  range.l_len = 1;
  if (::fcntl(fd_.get(), F_OFD_SETLK, &range) == 0) {
    outcome_ = Outcome::taken;
  } else if (errno == EAGAIN || errno == EACCES) {
    outcome_ = Outcome::held_by_another;
  }
}

}  // namespace integ::state
