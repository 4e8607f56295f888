// How pipelines ended: for people on standard error, for programs as JSON (`--report FILE`).
#pragma once

#include "base/error.hpp"
#include "base/secrets.hpp"
#include "sync/read.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace integ::cli {

struct PipelineReport {
  std::string name, file, connector, protocol;
  std::int64_t started_at_ms = 0;
  std::int64_t ended_at_ms = 0;
  std::uint64_t requests = 0, retries = 0, bytes = 0;
  std::uint64_t waited_ms = 0;  // of all streams together, for limits and between attempts
  std::vector<sync::StreamResult> streams;
  std::optional<Error> error;  // of the pipeline as a whole: output, state store, discovery
  bool configuration = false;  // the error is the operator's: nothing was begun
  bool cancelled = false;

  std::size_t complete() const;
  std::uint64_t records() const;
  bool ok() const { return !error && !cancelled && complete() == streams.size(); }
};

// One line: what came of it.
std::string summary(const PipelineReport& report);
// The whole run as JSON, masked.
std::string report_json(const std::vector<PipelineReport>& reports, int exit_code, const Secrets& secrets);
// 0 all done, 1 a sync failed, 2 configuration, 3 some streams failed and others are complete.
int exit_code_of(const std::vector<PipelineReport>& reports);

}  // namespace integ::cli
