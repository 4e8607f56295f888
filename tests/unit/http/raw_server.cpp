#include "raw_server.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace integ::http::testing {

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
    : script_(std::move(script)),
      address_(address),
      tls_(tls ? std::make_unique<TlsContext>(*tls) : nullptr),
      listener_(listen_on(address)) {
  acceptor_ = std::thread([this] { accept_loop(); });
}

RawServer::~RawServer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  wake_.wake();
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
}

void RawServer::accept_loop() {
  while (wait_readable(listener_.fd.get(), wake_.fd())) {
    const int fd = accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const std::lock_guard lock(mutex_);
    const int number = connections_++;
    threads_.emplace_back([this, fd, number] { serve(fd, number); });
  }
}

bool RawServer::read_request(Stream& stream, std::string& buffer, Seen& seen) const {
  std::array<char, 16384> piece{};
  const auto more = [&] {
    const std::size_t n = stream.receive(piece.data(), piece.size(), wake_.fd());
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
  block_broken_pipe();
  Stream stream(fd, tls_.get());
  if (!stream.open(wake_.fd())) return;
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
    if (!step.late.empty()) wait_with_late(stream, step.late);
    if (step.reset) {
      const linger hard{1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
      return;
    }
    if (step.close) return;
    if (step.hang) {
      pollfd wake{wake_.fd(), POLLIN, 0};
      while (poll(&wake, 1, -1) < 0) {
      }
      return;
    }
  }
}

void RawServer::wait_with_late(Stream& stream, const std::string& late) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return late_due_ || ending_; });
  if (ending_) return;
  stream.send(late);
  // What was acknowledged is in the client's socket.
  for (int left = 1; left != 0;) require(ioctl(stream.fd(), SIOCOUTQ, &left) == 0, "SIOCOUTQ");
  late_due_ = false;
  lock.unlock();
  changed_.notify_all();
}

void RawServer::send_late() {
  std::unique_lock lock(mutex_);
  late_due_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !late_due_; });
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
      false,
      false,
      false,
      {}};
}

}  // namespace integ::http::testing
