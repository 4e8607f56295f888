// Sockets and threads: accepts connections on loopback, reads requests, writes what the answerer says.
#pragma once

#include "fixture_api/exchange.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace fixture_api {

// An answer and the manner of its delivery.
struct Delivery {
  Response response;
  std::chrono::milliseconds first_byte_delay{0};
  bool close = false;                     // no answer at all: the connection is closed
  std::optional<std::size_t> body_limit;  // at most so many bytes of the body, then the connection is closed
  bool stall = false;                     // ... but not before the client leaves
};

// Owns one thread that accepts and one thread a connection; all of them call the answerer, several at once.
class Listener {
 public:
  using Answerer = std::function<Delivery(Request)>;

  // Listens when it returns. Port 0: a free one. Throws std::system_error.
  Listener(std::uint16_t port, Answerer answerer);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const;
  std::size_t accepted() const;
  // Shuts every socket down, which wakes whoever waits on one, and joins all threads. May be called twice.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fixture_api
