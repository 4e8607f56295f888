// libcurl behind Transport: one multi handle on one I/O thread that only receives. Pieces are handed to
// the task's thread, which waits in perform() and decodes and slices there; what a transfer has received
// and nobody has taken yet is bounded (the transfer pauses). Easy handles and connections are reused.
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
