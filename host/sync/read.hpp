// One sync: the selected streams of a connector, side by side, into one adapter session.
//
//   ReadResult result = read(connection, discovered, session, {.catalog = ..., .state = ...}, commit);
//
// Each stream (and each slice of it) is a task in a thread of its own, up to `concurrency` at once. One
// stream's failure does not stop the others. The session is announced every stream before anything runs,
// so that streams without records are known to it too, and is left open.
#pragma once

#include "base/error.hpp"
#include "model/catalog.hpp"
#include "model/state.hpp"
#include "model/validation.hpp"
#include "protocol/adapter.hpp"
#include "sync/connection.hpp"
#include "sync/output.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace integ::sync {

struct StreamResult {
  StreamId id;
  bool complete = false;
  std::uint64_t records = 0;
  std::int64_t duration_ms = 0;  // from STARTED on
  std::optional<Error> error;    // absent for a stream that a cancellation stopped
};

struct ReadRequest {
  Catalog catalog;
  State state;
  State corrected;  // set by a person: goes before what is durable at the destination
  int concurrency = 20;
  Validation validation;                                   // of records, by the schema that their stream declares
  std::uint64_t limit = 0;                                 // records a stream; 0: all
  bool from_scratch = false;                               // no state is used, whoever has one
  bool cut_fields = false;                                 // the adapter wants records cut to the selected fields
  bool log_to_session = false;                             // the protocol carries logs: lines become events
  bool config_to_session = false;                          // the protocol keeps what `authorize` changes
  std::function<void(const StreamResult&)> on_stream_end;  // from a task's thread
};

struct ReadResult {
  std::vector<StreamResult> streams;  // in the catalogue's order, then those that are unknown
  std::optional<Error> error;         // of the output: nothing after it was written
  bool cancelled = false;             // before everything was read
};

using DiscoveredStreams = std::vector<std::unique_ptr<plugin::LoadedStream>>;

// Throws Error for what is wrong before anything ran (a state that is no JSON, an output that can't begin).
ReadResult read(Connection& connection, const DiscoveredStreams& discovered, protocol::Session& session,
                const ReadRequest& request, const Output::Commit& commit);

}  // namespace integ::sync
