// A server on loopback that speaks HTTP/2 over TLS, as much of it as a test needs: frames by hand (RFC 9113), for what
// no well-behaved server can be made to do.
//
//   Http2Server server({Http2Server::answer("{}"), Http2Server::go_away()}, identity);
//
// Each request takes the next step of the script, the last step serves all that follow. One connection at a time, each
// to its end.
#pragma once

#include "sockets.hpp"
#include "stream.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace integ::http::testing {

class Http2Server {
 public:
  struct Step {
    std::string body;         // with a status of 200
    bool unbegun = false;     // GOAWAY that names an earlier stream as the last one that was looked at
    bool leaving = false;     // the answer, then GOAWAY
    std::uint32_t reset = 0;  // RST_STREAM with this code (RFC 9113, 7)
  };
  static Step answer(std::string body) { return {.body = std::move(body)}; }
  static Step go_away() { return {.unbegun = true}; }
  static Step answer_and_leave(std::string body) { return {.body = std::move(body), .leaving = true}; }
  static Step reset(std::uint32_t code) { return {.reset = code}; }

  Http2Server(std::vector<Step> script, const Identity& identity);
  ~Http2Server();
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;

  std::string url() const { return "https://127.0.0.1:" + std::to_string(listener_.port) + "/"; }
  int requests() const { return requests_; }
  int connections() const { return connections_; }

 private:
  void run();
  void serve(Stream& stream);
  void step(Stream& stream, std::uint32_t id);

  const std::vector<Step> script_;
  const TlsContext tls_;
  WakePipe wake_;
  const Listener listener_ = listen_on("127.0.0.1");
  std::atomic<int> requests_{0};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

}  // namespace integ::http::testing
