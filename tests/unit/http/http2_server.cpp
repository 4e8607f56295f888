#include "http2_server.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace integ::http::testing {

namespace {

enum Type : std::uint8_t { kData = 0, kHeaders = 1, kReset = 3, kSettings = 4, kGoAway = 7 };
constexpr std::uint8_t kEndStream = 0x1;  // of DATA and HEADERS; of SETTINGS it acknowledges
constexpr std::uint8_t kEndHeaders = 0x4;
constexpr std::size_t kFrameHead = 9;
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const std::string kStatus200 = "\x88";  // the eighth entry of HPACK's static table

std::string big_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
  return out;
}

std::uint32_t number(std::string_view bytes) {
  std::uint32_t out = 0;
  for (const char c : bytes) out = (out << 8) | static_cast<unsigned char>(c);
  return out;
}

std::string frame(Type type, std::uint8_t flags, std::uint32_t stream, const std::string& payload) {
  return big_endian(static_cast<std::uint32_t>(payload.size()), 3) + static_cast<char>(type) +
         static_cast<char>(flags) + big_endian(stream, 4) + payload;
}

std::string go_away_frame(std::uint32_t last_stream) {
  return frame(kGoAway, 0, 0, big_endian(last_stream, 4) + big_endian(0, 4));
}

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string(what) + " failed");
}

}  // namespace

Http2Server::Http2Server(std::vector<Step> script, const Identity& identity)
    : script_(std::move(script)), tls_(Tls{.identity = identity, .http2 = true}) {
  std::array<int, 2> ends{};
  require(pipe(ends.data()) == 0, "pipe");
  wake_read_ = UniqueFd(ends[0]);
  wake_write_ = UniqueFd(ends[1]);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(name);
  listener_ = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  require(bind(listener_.get(), reinterpret_cast<sockaddr*>(&name), size) == 0, "bind");
  require(listen(listener_.get(), 16) == 0, "listen");
  require(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&name), &size) == 0, "getsockname");
  port_ = ntohs(name.sin_port);
  thread_ = std::thread([this] { run(); });
}

Http2Server::~Http2Server() {
  wake_write_.reset();
  thread_.join();
}

void Http2Server::run() {
  sigset_t broken_pipe;  // which OpenSSL's writing to a client that left would raise
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  for (;;) {
    std::array<pollfd, 2> both{{{listener_.get(), POLLIN, 0}, {wake_read_.get(), POLLIN, 0}}};
    while (poll(both.data(), both.size(), -1) < 0) {
    }
    if (both[1].revents != 0) return;
    const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++connections_;
    Stream stream(fd, &tls_);
    if (stream.open(wake_read_.get())) serve(stream);
  }
}

void Http2Server::serve(Stream& stream) {
  std::string buffer;
  std::array<char, 16384> piece{};
  const auto have = [&](std::size_t size) {
    while (buffer.size() < size) {
      const std::size_t n = stream.receive(piece.data(), piece.size(), wake_read_.get());
      if (n == 0) return false;
      buffer.append(piece.data(), n);
    }
    return true;
  };
  if (!have(kPreface.size()) || !buffer.starts_with(kPreface)) return;
  buffer.erase(0, kPreface.size());
  stream.send(frame(kSettings, 0, 0, ""));
  while (have(kFrameHead)) {
    const std::string_view head = buffer;
    const std::size_t size = number(head.substr(0, 3));
    const auto type = static_cast<std::uint8_t>(head[3]);
    const auto flags = static_cast<std::uint8_t>(head[4]);
    const std::uint32_t id = number(head.substr(5, 4));
    if (!have(kFrameHead + size)) return;
    buffer.erase(0, kFrameHead + size);
    if (type == kSettings && (flags & kEndStream) == 0) stream.send(frame(kSettings, kEndStream, 0, ""));
    const bool request_ends = (type == kHeaders || type == kData) && (flags & kEndStream) != 0;
    if (request_ends && !step(stream, id)) return;
  }
}

bool Http2Server::step(Stream& stream, std::uint32_t id) {
  const Step& step = script_.at(std::min(static_cast<std::size_t>(requests_++), script_.size() - 1));
  if (step.unbegun) {
    stream.send(go_away_frame(id < 3 ? 0 : id - 2));  // a client's streams are odd
    return false;
  }
  if (step.reset != 0) {
    stream.send(frame(kReset, 0, id, big_endian(step.reset, 4)));
    return true;
  }
  stream.send(frame(kHeaders, kEndHeaders, id, kStatus200) + frame(kData, kEndStream, id, step.body) +
              (step.leaving ? go_away_frame(id) : std::string()));
  return !step.leaving;
}

}  // namespace integ::http::testing
