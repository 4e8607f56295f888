#include "protocol/output_buffer.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace integ::protocol {

OutputBuffer::OutputBuffer(int fd, std::string name)
    : fd_(fd), name_(std::move(name)), bytes_(std::make_unique_for_overwrite<char[]>(kSize)) {}

void OutputBuffer::fail(const char* verb, int error_number) {
  broken_ = error_number;
  used_ = 0;
  throw Error(Kind::output,
              std::string("cannot ") + verb + " " + name_ + ": " + std::generic_category().message(error_number));
}

void OutputBuffer::refuse_when_broken() {
  if (broken_ != 0) fail("write to", broken_);
}

void OutputBuffer::write_out(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t done = ::write(fd_, data, size);
    if (done >= 0) {
      data += done;
      size -= static_cast<std::size_t>(done);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) fail("write to", errno);
    // Whoever started us left the descriptor non-blocking; a gone reader wakes the poll, too.
    pollfd waiting{.fd = fd_, .events = POLLOUT, .revents = 0};
    if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) fail("write to", errno);
  }
}

void OutputBuffer::flush() {
  refuse_when_broken();
  if (used_ == 0) return;
  write_out(bytes_.get(), used_);
  used_ = 0;
}

void OutputBuffer::write(std::span<const std::string_view> parts) {
  refuse_when_broken();
  for (std::string_view part : parts) {
    if (part.size() > kSize - used_) {
      // A part that would fill most of a buffer goes out as it lies; copying it first costs twice.
      if (part.size() >= kSize / 2) {
        flush();
        write_out(part.data(), part.size());
        continue;
      }
      const std::size_t fits = kSize - used_;
      std::memcpy(bytes_.get() + used_, part.data(), fits);
      used_ = kSize;
      flush();
      part.remove_prefix(fits);
    }
    if (part.empty()) continue;
    std::memcpy(bytes_.get() + used_, part.data(), part.size());
    used_ += part.size();
  }
}

}  // namespace integ::protocol
