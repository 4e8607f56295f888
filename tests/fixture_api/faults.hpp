// What goes wrong, and when: faults that a test plans for the requests to come.
//
//   api.fail("/pokemon", Fault::with_status(503).header("Retry-After", "1").times(2));
//   api.fail("/pokemon?limit=100&offset=100", Fault::cut_body(40));
//   api.fail("*", Fault::slow_first_byte(50ms).for_ever());
#pragma once

#include "fixture_api/exchange.hpp"

#include <chrono>
#include <cstddef>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fixture_api {

// One kind of trouble. Without more it strikes the first request that matches, once.
struct Fault {
  static constexpr std::size_t ever = std::numeric_limits<std::size_t>::max();

  // Instead of the true answer: this status, with a small JSON body.
  static Fault with_status(int status);
  // Instead of the true answer: status 200 and this body.
  static Fault with_body(std::string body, std::string content_type = "application/json");
  // A JSON text that ends in the middle, with an honest Content-Length.
  static Fault malformed_json();
  // What a captive portal or a broken proxy says: an HTML page with status 200.
  static Fault html();
  // The true answer's head (Content-Length of the whole), `bytes` of its body, then the connection is closed.
  static Fault cut_body(std::size_t bytes);
  // Like cut_body, but the connection stays open and silent until the client leaves or the server stops.
  static Fault stall_body(std::size_t bytes);
  // The connection is closed before any byte of an answer.
  static Fault close_connection();
  // The true answer, late.
  static Fault slow_first_byte(std::chrono::milliseconds delay);

  Fault& header(std::string name, std::string value);
  Fault& body(std::string text, std::string content_type);
  Fault& delay(std::chrono::milliseconds value);
  Fault& at(std::size_t nth);  // from the nth matching request on, counted from 1 since it was planned
  Fault& times(std::size_t value);
  Fault& for_ever() { return times(ever); }

  std::optional<Response> instead;
  std::optional<std::size_t> body_limit;
  bool stall = false;
  bool close = false;
  std::chrono::milliseconds first_byte_delay{0};
  std::size_t first = 1;
  std::size_t count = 1;
};

// The faults of one server. Any thread may call anything.
class FaultPlan {
 public:
  // `where` is a path, a whole target (path?query), or "*".
  void add(std::string where, Fault fault);
  void clear();
  // Counts the request against every fault that matches; the earliest planned one whose turn it is, strikes.
  std::optional<Fault> next(const Request& request);

 private:
  struct Entry {
    std::string where;
    Fault fault;
    std::size_t seen = 0;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace fixture_api
