#include "worker/channel.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace integ::worker {
namespace {

// What is asked of the kernel at a time: most frames are smaller, and a frame's memory grows with what has come and
// not with what its length promises.
constexpr std::size_t kPiece = 64u * 1024;
constexpr std::size_t kLargePiece = 1024u * 1024;

}  // namespace

void Channel::wait_for_ever(int fd, short events) {
  pollfd wait{fd, events, 0};
  while (::poll(&wait, 1, -1) < 0 && errno == EINTR) {
  }
}

Channel::Channel(UniqueFd socket, std::uint64_t most, Wait wait)
    : socket_(std::move(socket)), most_(most), wait_(std::move(wait)) {}

void Channel::send(const std::string& frame) {
  std::size_t sent = 0;
  while (sent < frame.size()) {
    const ssize_t now = ::send(socket_.get(), frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (now >= 0) {
      sent += static_cast<std::size_t>(now);
    } else if (errno == EAGAIN) {
      wait_(socket_.get(), POLLOUT);
    } else if (errno != EINTR) {
      throw ChannelClosed();
    }
  }
}

void Channel::fill(std::size_t size) {
  while (buffer_.size() < size) {
    const std::size_t had = buffer_.size();
    buffer_.resize(had + std::clamp(size - had, kPiece, kLargePiece));
    const ssize_t now = ::recv(socket_.get(), buffer_.data() + had, buffer_.size() - had, MSG_DONTWAIT);
    const int error = errno;
    buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(now, 0)));
    if (now > 0 || (now < 0 && error == EINTR)) continue;
    if (now == 0 || error != EAGAIN) throw ChannelClosed();
    wait_(socket_.get(), POLLIN);
  }
}

std::string Channel::receive() {
  fill(kFrameHead);
  std::uint64_t size = 0;
  std::memcpy(&size, buffer_.data(), sizeof size);
  if (size == 0) throw BrokenFrame("it is empty");
  if (size > most_) throw BrokenFrame("it is larger than a frame may be");
  fill(kFrameHead + size);
  std::string payload;
  if (buffer_.size() == kFrameHead + size) {
    payload = std::move(buffer_);
    payload.erase(0, kFrameHead);
    buffer_.clear();
  } else {
    payload = buffer_.substr(kFrameHead, size);
    buffer_.erase(0, kFrameHead + size);
  }
  return payload;
}

}  // namespace integ::worker
