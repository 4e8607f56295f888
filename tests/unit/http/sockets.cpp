#include "sockets.hpp"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace integ::http::testing {

namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address address_of(const std::string& text) {
  Address out;
  if (text.find(':') == std::string::npos) {
    auto& name = reinterpret_cast<sockaddr_in&>(out.storage);
    name.sin_family = AF_INET;
    out.size = sizeof(name);
    require(inet_pton(AF_INET, text.c_str(), &name.sin_addr) == 1, "inet_pton");
  } else {
    auto& name = reinterpret_cast<sockaddr_in6&>(out.storage);
    name.sin6_family = AF_INET6;
    out.size = sizeof(name);
    require(inet_pton(AF_INET6, text.c_str(), &name.sin6_addr) == 1, "inet_pton");
  }
  return out;
}

}  // namespace

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string(what) + " failed");
}

WakePipe::WakePipe() {
  std::array<int, 2> ends{};
  require(pipe(ends.data()) == 0, "pipe");
  read_ = UniqueFd(ends[0]);
  write_ = UniqueFd(ends[1]);
}

bool wait_readable(int fd, int wake) {
  std::array<pollfd, 2> both{{{fd, POLLIN, 0}, {wake, POLLIN, 0}}};
  while (poll(both.data(), both.size(), -1) < 0) {
  }
  return both[1].revents == 0;
}

Listener listen_on(const std::string& address) {
  Address name = address_of(address);
  Listener out;
  out.fd = UniqueFd(socket(name.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  require(static_cast<bool>(out.fd), "socket");
  require(bind(out.fd.get(), name.get(), name.size) == 0, "bind");
  require(listen(out.fd.get(), 64) == 0, "listen");
  require(getsockname(out.fd.get(), name.get(), &name.size) == 0, "getsockname");
  // The port stands at the same place in both families.
  out.port = ntohs(reinterpret_cast<sockaddr_in&>(name.storage).sin_port);
  return out;
}

bool ipv6_works() {
  Address name = address_of("::1");
  const UniqueFd fd(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return fd && bind(fd.get(), name.get(), name.size) == 0;
}

void block_broken_pipe() {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

}  // namespace integ::http::testing
