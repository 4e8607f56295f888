// What requests go through: the network, the network with a recorder on it (--record), or a recording (--replay).
#pragma once

#include "cli/host.hpp"
#include "http/recorder.hpp"
#include "http/replay.hpp"
#include "http/settings.hpp"
#include "http/transport.hpp"

#include <memory>
#include <optional>
#include <string>

namespace integ::cli {

struct TapeOptions {
  std::string record;  // a file to write, "" none
  std::string replay;  // a file to read, "" none
};

// One for all that a command does: its pipelines share the recording.
class Transports {
 public:
  // Reads the recording to replay, or makes the one to write, still empty. Throws Error: unreadable, unwritable, or
  // both at once.
  explicit Transports(Host& host, const TapeOptions& options = {});
  // Writes the recording where finish() did not: a run that ended in an error is worth one, too. What goes wrong
  // with it then is only logged.
  ~Transports();
  Transports(const Transports&) = delete;
  Transports& operator=(const Transports&) = delete;

  // Borrows from this object.
  std::unique_ptr<http::Transport> open(const http::Settings& settings);
  // Writes the recording. Throws Error of kind output.
  void finish();

 private:
  Host& host_;
  std::string record_;  // "" when there is nothing to write any more
  std::optional<http::Recorder> recorder_;
  std::optional<http::Cassette> cassette_;
};

}  // namespace integ::cli
