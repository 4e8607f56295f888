// The run of a connector that feeds several streams at once.
#pragma once

#include "bridge/context.hpp"
#include "sync/connection.hpp"
#include "sync/run_backend.hpp"

#include <optional>
#include <string>
#include <vector>

namespace integ::sync {

// A stream that can be opened in it.
struct FedStream {
  std::string name;
  const integ_stream* descriptor = nullptr;
  Targets targets;
  bridge::Documents documents;
};

// Enters the connector once; returns what it warns of, throws what went wrong. `ahead` is where its requests go ahead,
// if they may. When this returns nothing of the run is under way.
std::optional<std::string> enter_interleaved(Connection& connection, std::vector<FedStream> streams,
                                             Prefetch::Room* ahead = nullptr);

}  // namespace integ::sync
