// Certificates that are made for one test: an authority, and what it signs.
//
//   const Authority authority;
//   RawServer server(script, "127.0.0.1", Tls{.identity = authority.issue({.host = "127.0.0.1"})});
//   folder.write("ca.pem", authority.pem());
#pragma once

#include <memory>
#include <string>

namespace integ::http::testing {

// A certificate with its key, both as PEM text.
struct Identity {
  std::string certificate;
  std::string key;
};

class Authority {
 public:
  struct Subject {
    std::string host = "127.0.0.1";  // an address or a name, as the certificate's only one
    long from_days = -1;             // of its validity, from now
    long to_days = 1;
  };

  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  Identity issue(const Subject& subject) const;
  // The authority's own certificate: what who trusts it has in a file.
  std::string pem() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace integ::http::testing
