// libcurl behind Transport: each thread in perform() drives its own transfer (curl_transfer.hpp says why).
// Transfers are kept and used again with their connections, by origin; names and TLS sessions are shared
// by all of them.
//
// Wakes from every wait within 50 ms of a cancellation. perform() is safe from many threads.
#pragma once

#include "http/settings.hpp"
#include "http/transport.hpp"

#include <memory>

namespace integ::http {

class CurlTransport final : public Transport {
 public:
  // Of the settings: time-outs, caps on headers, ca_bundle, proxy.
  explicit CurlTransport(const Settings& settings);
  ~CurlTransport() override;
  void perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace integ::http
