// A server on loopback, with TLS or without, that does exactly what its script says, byte for byte, so that every way
// in which an answer can break is real.
//
//   RawServer server({RawServer::answer("200 OK", "{}"), RawServer::close_at_once()});
//   ... client.get(server.url("/x")) ...
//   EXPECT_EQ(server.requests().size(), 2u);
//
// Each request takes the next step of the script; the last step serves all that follow. Connections are
// kept open unless a step ends theirs. Each connection has a thread; the destructor ends them all.
#pragma once

#include "sockets.hpp"
#include "stream.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace integ::http::testing {

class RawServer {
 public:
  struct Step {
    std::string send;    // as it goes out
    bool close = false;  // then FIN
    bool reset = false;  // then RST
    bool hang = false;   // then nothing, until the server ends
    std::string late{};  // before that, when the test says so: see send_late()
  };
  struct Seen {
    std::string head;  // request line and headers
    std::string body;
    int connection = 0;
    // The header's value, or "" where it is absent.
    std::string header(const std::string& name) const;
    bool has(const std::string& name) const;
    std::string target() const;
    std::string method() const;
  };

  // `address` may be one of IPv6, without brackets; see ipv6_works().
  explicit RawServer(std::vector<Step> script, const std::string& address = "127.0.0.1",
                     const std::optional<Tls>& tls = std::nullopt);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port() const { return listener_.port; }
  std::string host() const {
    return (address_.find(':') == std::string::npos ? address_ : "[" + address_ + "]") + ":" + std::to_string(port());
  }
  std::string url(const std::string& path = "/") const { return (tls_ ? "https://" : "http://") + host() + path; }
  // A name for the address: "localhost" has another certificate than 127.0.0.1.
  std::string url_of(const std::string& name, const std::string& path = "/") const {
    return (tls_ ? "https://" : "http://") + name + ":" + std::to_string(port()) + path;
  }
  std::vector<Seen> requests() const;
  int connections() const;
  // Blocks until that many requests were read.
  void wait_for_requests(std::size_t count) const;

  // Has the connection whose step waits with something `late` send it, and returns when the client's side has it.
  void send_late();

  // A whole answer with its Content-Length; `headers` each end with \r\n.
  static Step answer(const std::string& status, const std::string& body, const std::string& headers = {});
  // These bytes, then the end of the connection.
  static Step cut(const std::string& bytes) { return {bytes, true, false, false, {}}; }
  static Step reset(const std::string& bytes) { return {bytes, false, true, false, {}}; }
  static Step hang(const std::string& bytes) { return {bytes, false, false, true, {}}; }
  static Step close_at_once() { return cut(""); }

 private:
  void accept_loop();
  void serve(int fd, int number);
  void wait_with_late(Stream& stream, const std::string& late);
  bool read_request(Stream& stream, std::string& buffer, Seen& seen) const;
  Step next_step();

  const std::vector<Step> script_;
  const std::string address_;
  const std::unique_ptr<TlsContext> tls_;
  WakePipe wake_;
  const Listener listener_;
  std::thread acceptor_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::size_t at_ = 0;  // guarded by mutex_, as are the others
  std::vector<Seen> seen_;
  int connections_ = 0;
  bool late_due_ = false;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace integ::http::testing
