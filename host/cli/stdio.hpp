// Standard output kept for protocol lines alone: the real one is moved to a descriptor of its own, and
// whatever else writes to fd 1 (a plug-in's printf) becomes a log line that names the connector.
//
// Made once, at the start of a verb that writes a protocol, before any plug-in is loaded.
#pragma once

#include "base/files.hpp"
#include "base/log.hpp"

#include <string>
#include <thread>

namespace integ::cli {

class ProtocolStdout {
 public:
  // `who` is named in the log lines ("connector pokeapi").
  ProtocolStdout(Log& log, std::string who);
  // Puts fd 1 back and ends the reader.
  ~ProtocolStdout();
  ProtocolStdout(const ProtocolStdout&) = delete;
  ProtocolStdout& operator=(const ProtocolStdout&) = delete;

  int fd() const noexcept { return real_.get(); }

 private:
  void read_strays();

  Log& log_;
  std::string who_;
  UniqueFd real_;
  UniqueFd strays_;  // the reading end of what fd 1 has become
  std::thread reader_;
};

}  // namespace integ::cli
