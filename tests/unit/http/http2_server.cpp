#include "http2_server.hpp"

#include <algorithm>
#include <array>
#include <sys/socket.h>

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

}  // namespace

Http2Server::Http2Server(std::vector<Step> script, const Identity& identity)
    : script_(std::move(script)), tls_(Tls{.identity = identity, .http2 = true}) {
  thread_ = std::thread([this] { run(); });
}

Http2Server::~Http2Server() {
  wake_.wake();
  thread_.join();
}

void Http2Server::run() {
  block_broken_pipe();
  while (wait_readable(listener_.fd.get(), wake_.fd())) {
    const int fd = accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++connections_;
    Stream stream(fd, &tls_);
    if (stream.open(wake_.fd())) serve(stream);
  }
}

void Http2Server::serve(Stream& stream) {
  std::string buffer;
  std::array<char, 16384> piece{};
  const auto have = [&](std::size_t size) {
    while (buffer.size() < size) {
      const std::size_t n = stream.receive(piece.data(), piece.size(), wake_.fd());
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
    if (request_ends) step(stream, id);
  }
}

// A connection ends when the client ends it: what is closed with bytes unread is reset, and a reset takes the answer
// along.
void Http2Server::step(Stream& stream, std::uint32_t id) {
  const Step& step = script_.at(std::min(static_cast<std::size_t>(requests_++), script_.size() - 1));
  if (step.unbegun) return stream.send(go_away_frame(id < 3 ? 0 : id - 2));  // a client's streams are odd
  if (step.reset != 0) return stream.send(frame(kReset, 0, id, big_endian(step.reset, 4)));
  stream.send(frame(kHeaders, kEndHeaders, id, kStatus200) + frame(kData, kEndStream, id, step.body) +
              (step.leaving ? go_away_frame(id) : std::string()));
}

}  // namespace integ::http::testing
