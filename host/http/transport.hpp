// One attempt at one request: bytes out, bytes in. The seam under the retry policy, where tests inject a
// transport of their own and where libcurl sits in the product (curl_transport.hpp).
#pragma once

#include "base/cancellation.hpp"
#include "http/exchange.hpp"
#include "http/settings.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace integ::http {

// How an attempt failed before a whole answer was there; `message` is libcurl's, for people, unmasked.
struct TransportError {
  enum class Why {
    connect,      // refused, unreachable, name not resolved: surely before sending
    tls,          // certificate or handshake: permanent
    reset_early,  // a reused connection, or a session of HTTP/2, died before the first byte
    reset,        // died before the answer was whole
    timeout,
    too_large,  // body or headers over the limit
    bad_url,
    decode,  // Content-Encoding unknown (refused by name) or its data broken
    other,
  };
  Why why = Why::other;
  std::string message;
  bool permanent = false;  // repeating can't help
};

// Receives an attempt on the task's own thread, while its bytes arrive. Headers first, then pieces.
class Receiver {
 public:
  virtual ~Receiver() = default;
  // Before head(): the protocol itself tells where the body ends, whatever the headers say (HTTP/2).
  virtual void framed() {}
  // Status line and headers of the final answer (1xx skipped) are there.
  virtual void head(int status, std::vector<Header> headers) = 0;
  // The next piece of the body as it came over the wire (not decoded), gathered to 64 KiB or to the end.
  // Both may throw: the transfer is given up and the exception goes on to perform()'s caller.
  virtual void piece(std::string_view bytes) = 0;
};

struct Attempt {
  const Request* request = nullptr;         // with all headers that go out
  std::chrono::milliseconds first_byte{0};  // 0: the settings'
  std::chrono::milliseconds total{0};       // of the whole attempt; 0: the settings'
  bool fresh_connection = false;            // for requests that must not be repeated by libcurl itself
};

class Transport {
 public:
  virtual ~Transport() = default;
  // Blocks until the answer is whole. Throws TransportError, or Error of kind cancelled within 50 ms of
  // a cancellation. A body that is no page's is not waited for for long. Several threads may be inside at once. No
  // redirect is followed.
  virtual void perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) = 0;
  // Whether requests may go that nobody has asked for yet, and whose answers may be thrown away.
  virtual bool may_go_ahead() const noexcept { return true; }
};

}  // namespace integ::http
