#include "raw_server.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
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

void send_all(int fd, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;  // the client left
    sent += static_cast<std::size_t>(n);
  }
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

RawServer::RawServer(std::vector<Step> script, const std::string& address)
    : script_(std::move(script)), address_(address) {
  std::array<int, 2> pipe_fds{};
  require(pipe(pipe_fds.data()) == 0, "pipe");
  wake_read_ = UniqueFd(pipe_fds[0]);
  wake_write_ = UniqueFd(pipe_fds[1]);
  listener_ = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  require(static_cast<bool>(listener_), "socket");
  sockaddr_in name{};
  name.sin_family = AF_INET;
  require(inet_pton(AF_INET, address.c_str(), &name.sin_addr) == 1, "inet_pton");
  require(bind(listener_.get(), reinterpret_cast<sockaddr*>(&name), sizeof(name)) == 0, "bind");
  require(listen(listener_.get(), 64) == 0, "listen");
  socklen_t size = sizeof(name);
  require(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&name), &size) == 0, "getsockname");
  port_ = ntohs(name.sin_port);
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

bool RawServer::read_request(int fd, std::string& buffer, Seen& seen) const {
  std::array<char, 16384> piece{};
  const auto more = [&] {
    if (!wait_readable(fd, wake_read_.get())) return false;
    const ssize_t n = recv(fd, piece.data(), piece.size(), 0);
    if (n <= 0) return false;
    buffer.append(piece.data(), static_cast<std::size_t>(n));
    return true;
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
  const UniqueFd owned(fd);
  std::string buffer;
  for (;;) {
    Seen seen;
    seen.connection = number;
    if (!read_request(fd, buffer, seen)) return;
    Step step;
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(seen);
      step = next_step();
    }
    changed_.notify_all();
    send_all(fd, step.send);
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

}  // namespace integ::http::testing
