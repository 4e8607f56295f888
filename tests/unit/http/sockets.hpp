// What the servers of these tests have in common: a listening socket, waits that the server's end interrupts.
#pragma once

#include "base/files.hpp"

#include <cstdint>
#include <string>

namespace integ::http::testing {

// Throws std::runtime_error.
void require(bool good, const char* what);

// Ends every wait of one server.
class WakePipe {
 public:
  WakePipe();
  int fd() const { return read_.get(); }
  // Every poll sees the end of the pipe from here on.
  void wake() { write_.reset(); }

 private:
  UniqueFd read_;
  UniqueFd write_;
};

// False when the server is to end first.
bool wait_readable(int fd, int wake);

struct Listener {
  UniqueFd fd;
  std::uint16_t port = 0;
};
// `address` may be one of IPv6, without brackets.
Listener listen_on(const std::string& address);
// Whether this machine has ::1.
bool ipv6_works();

// For this thread: the signal that OpenSSL's writing to a client that left would raise.
void block_broken_pipe();

}  // namespace integ::http::testing
