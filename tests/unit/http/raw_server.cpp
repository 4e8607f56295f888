#include "raw_server.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace integ::http::testing {

namespace {

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string(what) + " failed");
}

// False when the server is to end first.
bool wait_readable(int fd, int wake) {
  std::array<pollfd, 2> both{{{fd, POLLIN, 0}, {wake, POLLIN, 0}}};
  while (poll(both.data(), both.size(), -1) < 0) {
  }
  return both[1].revents == 0;
}

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

std::string RawServer::Seen::header(const std::string& name) const {
  std::size_t at = head.find("\r\n");
  while (at != std::string::npos && at + 2 < head.size()) {
    at += 2;
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string line = head.substr(at, end - at);
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && equal_ignoring_case(line.substr(0, colon), name)) {
      return std::string(trimmed(std::string_view(line).substr(colon + 1)));
    }
    at = head.find("\r\n", at);
  }
  return {};
}

bool RawServer::Seen::has(const std::string& name) const {
  return lower(head).find("\r\n" + lower(name) + ":") != std::string::npos;
}

std::string RawServer::Seen::method() const { return head.substr(0, head.find(' ')); }

std::string RawServer::Seen::target() const {
  const std::size_t first = head.find(' ');
  return head.substr(first + 1, head.find(' ', first + 1) - first - 1);
}

RawServer::RawServer(std::vector<Step> script, const std::string& address, const std::optional<Tls>& tls)
    : script_(std::move(script)), address_(address), tls_(tls ? std::make_unique<TlsContext>(*tls) : nullptr) {
  std::array<int, 2> pipe_fds{};
  require(pipe(pipe_fds.data()) == 0, "pipe");
  wake_read_ = UniqueFd(pipe_fds[0]);
  wake_write_ = UniqueFd(pipe_fds[1]);
  Address name = address_of(address);
  listener_ = UniqueFd(socket(name.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  require(static_cast<bool>(listener_), "socket");
  require(bind(listener_.get(), name.get(), name.size) == 0, "bind");
  require(listen(listener_.get(), 64) == 0, "listen");
  require(getsockname(listener_.get(), name.get(), &name.size) == 0, "getsockname");
  // The port stands at the same place in both families.
  port_ = ntohs(reinterpret_cast<sockaddr_in&>(name.storage).sin_port);
  acceptor_ = std::thread([this] { accept_loop(); });
}

RawServer::~RawServer() {
  wake_write_.reset();  // every poll sees the end of the pipe
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
}

void RawServer::accept_loop() {
  while (wait_readable(listener_.get(), wake_read_.get())) {
    const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const std::lock_guard lock(mutex_);
    const int number = connections_++;
    threads_.emplace_back([this, fd, number] { serve(fd, number); });
  }
}

bool RawServer::read_request(Stream& stream, std::string& buffer, Seen& seen) const {
  std::array<char, 16384> piece{};
  const auto more = [&] {
    const std::size_t n = stream.receive(piece.data(), piece.size(), wake_read_.get());
    buffer.append(piece.data(), n);
    return n > 0;
  };
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) return false;
  }
  seen.head = buffer.substr(0, end + 2);
  buffer.erase(0, end + 4);
  const std::size_t length = std::strtoul(seen.header("Content-Length").c_str(), nullptr, 10);
  while (buffer.size() < length) {
    if (!more()) return false;
  }
  seen.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return true;
}

RawServer::Step RawServer::next_step() {
  Step step = script_.at(std::min(at_, script_.size() - 1));
  ++at_;
  return step;
}

void RawServer::serve(int fd, int number) {
  sigset_t broken_pipe;  // which OpenSSL's writing to a client that left would raise
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  Stream stream(fd, tls_.get());
  if (!stream.open(wake_read_.get())) return;
  std::string buffer;
  for (;;) {
    Seen seen;
    seen.connection = number;
    if (!read_request(stream, buffer, seen)) return;
    Step step;
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(seen);
      step = next_step();
    }
    changed_.notify_all();
    stream.send(step.send);
    if (step.reset) {
      const linger hard{1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
      return;
    }
    if (step.close) return;
    if (step.hang) {
      pollfd wake{wake_read_.get(), POLLIN, 0};
      while (poll(&wake, 1, -1) < 0) {
      }
      return;
    }
  }
}

std::vector<RawServer::Seen> RawServer::requests() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

int RawServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void RawServer::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return seen_.size() >= count; });
}

RawServer::Step RawServer::answer(const std::string& status, const std::string& body, const std::string& headers) {
  return {
      "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
      false, false, false};
}

bool ipv6_works() {
  Address name = address_of("::1");
  const UniqueFd fd(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return fd && bind(fd.get(), name.get(), name.size) == 0;
}

}  // namespace integ::http::testing
