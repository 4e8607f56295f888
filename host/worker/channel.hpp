// Frames over a socket, whole ones, in order.
#pragma once

#include "base/files.hpp"
#include "worker/frame.hpp"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace integ::worker {

// The other end has gone, or closed its socket.
struct ChannelClosed : std::runtime_error {
  ChannelClosed() : std::runtime_error("the channel is closed") {}
};

// One thread sends at a time and one receives.
class Channel {
 public:
  // Returns when the descriptor is ready for `events` (of poll), or throws what ends the wait.
  using Wait = std::function<void(int fd, short events)>;
  // Waits for ever, in poll.
  static void wait_for_ever(int fd, short events);

  // A frame that comes in with more than `most` bytes is a broken one.
  Channel(UniqueFd socket, std::uint64_t most, Wait wait = wait_for_ever);

  // What FrameWriter made. Throws ChannelClosed.
  void send(const std::string& frame);
  // The next frame's payload. Throws ChannelClosed and BrokenFrame.
  std::string receive();

 private:
  void fill(std::size_t size);

  UniqueFd socket_;
  const std::uint64_t most_;
  const Wait wait_;
  std::string buffer_;  // received and not yet given out
};

}  // namespace integ::worker
