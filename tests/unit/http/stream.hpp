// One side of a connection that a test's server has accepted: plain, or TLS with a certificate of the test's own.
#pragma once

#include "base/files.hpp"
#include "certificates.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace integ::http::testing {

struct Tls {
  Identity identity;
  std::string client_authority = {};  // a PEM: clients without a certificate of it are refused
  bool old = false;                   // TLS 1.1, nothing newer
  bool http2 = false;                 // chosen where a client offers it (ALPN)
};

// What the connections of one server have in common. Safe from every thread.
class TlsContext {
 public:
  explicit TlsContext(const Tls& tls);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class Stream;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Stream {
 public:
  // `tls` may be nullptr.
  Stream(int fd, const TlsContext* tls);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // The handshake. False when there was none; the client has left by then, or `wake` became readable.
  bool open(int wake);
  // Bytes that are there, 0 at the end or when `wake` becomes readable first.
  std::size_t receive(char* into, std::size_t size, int wake);
  void send(const std::string& bytes);
  int fd() const { return fd_.get(); }

 private:
  struct Session;
  UniqueFd fd_;
  std::unique_ptr<Session> session_;
};

}  // namespace integ::http::testing
