// Records what goes through a transport, for `--record`.
//
//   Recorder recorder(secrets);
//   RecordingTransport transport(std::make_unique<CurlTransport>(settings), recorder);
//   ...
//   replace_file(path, recorder.text());       // when the run is over
//
// Exchanges stay in memory until then: which values are secret (a token that an answer brought) is known for sure
// only at the end, and nothing unmasked may reach a disk. Safe from every thread.
#pragma once

#include "base/secrets.hpp"
#include "http/cassette.hpp"
#include "http/transport.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace integ::http {

class Recorder {
 public:
  // `secrets` is borrowed. More than `most` bytes of bodies are refused: recordings are for tests.
  explicit Recorder(const Secrets& secrets, std::size_t most = 256u << 20) : secrets_(secrets), most_(most) {}

  // Throws Error of kind config when it is full.
  void add(Recorded exchange);
  // The cassette, masked by all that is known to be secret by now.
  std::string text() const;
  std::size_t size() const;

 private:
  const Secrets& secrets_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::vector<Recorded> exchanges_;  // in the order of their ends; guarded by mutex_
  std::size_t bytes_ = 0;
};

class RecordingTransport final : public Transport {
 public:
  // `recorder` is borrowed and outlives it.
  RecordingTransport(std::unique_ptr<Transport> under, Recorder& recorder)
      : under_(std::move(under)), recorder_(recorder) {}
  void perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) override;
  // A cassette holds what its run asked for, in that order and as often: a replay asks for the same.
  bool may_go_ahead() const noexcept override { return false; }

 private:
  const std::unique_ptr<Transport> under_;
  Recorder& recorder_;
};

}  // namespace integ::http
