// The interface every output is written through: built-in protocols and, by plugin_adapter.hpp, those of
// plug-ins. It mirrors integ_adapter of the ABI, so nothing is possible for us that is not for others.
//
// Order of calls on a session, all from one thread: stream() for each selected stream, restore() after
// it, then records, states and events as they come, flush() now and then, at last finish() and close().
// Errors: kind output for what can't be written, config for options.
#pragma once

#include "base/error.hpp"
#include "base/grace.hpp"
#include "base/log.hpp"
#include "json/document.hpp"
#include "model/batch.hpp"
#include "model/catalog.hpp"
#include "model/state.hpp"
#include "protocol/sink.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace integ::protocol {

enum class Flush { ask, now };

// What an event tells; the JSON of each kind is described in events.hpp, where they are built. `analytics` is a
// platform's alone: the ABI does not have it, and adapters of plug-ins do not hear of it.
enum class Event { spec = 1, connection_status, catalog, stream_status, log, error, estimate, config, analytics };

class Session {
 public:
  virtual ~Session() = default;
  // Before the first batch of a stream, and again with the same pointer when its schema changed. The
  // stream's json_schema is already cut to the selected fields where the adapter asks for that.
  virtual void stream(const Stream& stream, const Selection& selection) = 0;
  // The state that is durable at the destination and wins over the host's own; most have none.
  virtual std::optional<std::string> restore(const Stream& stream) {
    static_cast<void>(stream);
    return std::nullopt;
  }
  virtual void records(const Batch& batch) = 0;
  // All records before it are covered by it. Tickets rise.
  virtual void state(const Stream& stream, std::string_view json, std::uint64_t ticket) = 0;
  virtual void event(Event kind, std::string_view json) = 0;
  // The highest ticket whose state and records are safe (0: none yet).
  virtual std::uint64_t flush(Flush how) = 0;
  // The last records and states were given: a target that is fed hears that there is no more. As flush(now).
  virtual std::uint64_t finish() { return flush(Flush::now); }
  // Confirms nothing. `how_it_ended` is an ABI status.
  virtual void close(integ_status how_it_ended) = 0;
};

// What a session may use while it is open.
struct SessionContext {
  const json::Node* options = nullptr;  // validated against options_schema, defaults filled in
  Sink* sink = nullptr;                 // standard output, as a rule; nullptr for an adapter without one
  Sinks* sinks = nullptr;               // opens more; `path` of the built-in adapters is opened through it
  Log* log = nullptr;
  // All that the host has stored of the pipeline, also of streams that are not read, for protocols whose state is one
  // for all streams; nullptr: nothing, or a state that came in by the protocol's own way.
  const State* stored = nullptr;
  std::string folder =
      {};  // of the pipeline's file, which a program that is started stands in; "": the working directory
  // Told before a state goes to the sink: the ticket up to which everything is covered by what is written then.
  std::function<void(std::uint64_t ticket)> on_state = {};
  // For a program that is started: how long it is waited for.
  Grace grace = {};
};

class Adapter {
 public:
  virtual ~Adapter() = default;
  virtual std::string name() const = 0;
  virtual std::string version() const = 0;
  virtual std::string title() const = 0;
  virtual std::string documentation_url() const { return {}; }
  // JSON Schema of the adapter's options, without `protocol`, which the host owns.
  virtual std::string options_schema() const = 0;
  // Writes to a place of its own (a database) instead of a sink.
  virtual bool no_sink() const { return false; }
  // The host cuts records and schemas to the selected fields.
  virtual bool selected_fields() const { return false; }
  // Log lines are part of the protocol (events of kind log) instead of lines on standard error.
  virtual bool logs() const { return false; }
  virtual std::unique_ptr<Session> open(const SessionContext& context) = 0;
};

}  // namespace integ::protocol
