#include "base/fd_writer.hpp"

#include "base/spawn.hpp"

#include <climits>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace integ {

FdWriter::FdWriter(int fd, const Grace& grace) : fd_(fd), stall_(grace) {
  struct stat status {};
  if (grace.cancellation == nullptr || ::fstat(fd, &status) != 0) return;
  if (S_ISSOCK(status.st_mode)) how_ = How::message;
  if (!S_ISFIFO(status.st_mode) && ::isatty(fd) == 0) return;
  const std::string itself = "/proc/self/fd/" + std::to_string(fd);
  // A standard output that is closed must not become this one.
  own_ = above_standard(::open(itself.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  how_ = own_ ? How::anew : How::pieces;
}

bool FdWriter::has_room(int within_ms) const {
  pollfd waiting{.fd = own_ ? own_.get() : fd_, .events = POLLOUT, .revents = 0};
  return ::poll(&waiting, 1, within_ms) > 0;  // a gone reader is told by the write
}

ssize_t FdWriter::write_some(const char* data, std::size_t size) const {
  switch (how_) {
    case How::anew:
      return ::write(own_.get(), data, size);
    case How::message:
      return ::send(fd_, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    case How::pieces:
      if (!has_room(0)) {
        errno = EAGAIN;
        return -1;
      }
      return ::write(fd_, data, std::min<std::size_t>(size, PIPE_BUF));
    case How::plain:
      break;
  }
  return ::write(fd_, data, size);
}

std::string FdWriter::write(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t done = write_some(data, size);
    if (done >= 0) {
      data += done;
      size -= static_cast<std::size_t>(done);
      stall_.moved();
      continue;
    }
    if (errno == EINTR) continue;
    // Also where whoever started us left the descriptor non-blocking.
    if (errno != EAGAIN && errno != EWOULDBLOCK) return std::generic_category().message(errno);
    has_room(static_cast<int>(Stall::kGlance.count()));
    if (stall_.over()) return "nothing was taken " + stall_.grace().told();
  }
  return {};
}

}  // namespace integ
