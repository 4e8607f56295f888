#include "sync/read.hpp"

#include "base/text.hpp"
#include "protocol/events.hpp"
#include "sync/discover.hpp"
#include "sync/event_log.hpp"
#include "sync/interleaved.hpp"
#include "sync/prefetch.hpp"
#include "sync/stream_run.hpp"

#include <utility>

namespace integ::sync {
namespace {

using protocol::Event;

// What `authorize` changes in the configuration as an event, which is out before the new credentials are used.
class ConfigToOutput {
 public:
  ConfigToOutput(Output& output, Connection& connection)
      : connection_(connection),
        before_(connection.keep_config_by([&output, &connection](const std::string&, const std::string& config) {
          output.say(Event::config, protocol::config_json(config, connection.services().clock.unix_ms()));
        })) {}
  ~ConfigToOutput() { connection_.keep_config_by(std::move(before_)); }
  ConfigToOutput(const ConfigToOutput&) = delete;
  ConfigToOutput& operator=(const ConfigToOutput&) = delete;

 private:
  Connection& connection_;
  Connection::KeepConfig before_;
};

std::string state_of(const State& state, const Stream& stream) {
  const auto found = state.streams.find({stream.name, stream.name_space});
  return found == state.streams.end() ? std::string() : found->second;
}

void fail_all(const std::vector<StreamRun*>& streams, const Error& error) {
  for (StreamRun* stream : streams) {
    Error own = error;
    stream->progress().fail(own.at({.stream = stream->progress().stream().name}));
  }
}

// The run that feeds every selected stream without a runner of its own.
void run_interleaved(Connection& connection, const std::vector<StreamRun*>& streams, Prefetch::Room& room,
                     Output& output) {
  if (connection.services().cancellation.cancelled()) return;
  std::vector<FedStream> fed;
  for (StreamRun* stream : streams) {
    stream->begin(output);
    Targets targets = stream->targets(output, {});
    targets.ahead = &room;
    fed.push_back({stream->progress().stream().name, &stream->loaded().descriptor, std::move(targets),
                   stream->documents(stream->progress().shared_state(), {})});
  }
  try {
    const std::optional<std::string> warning = enter_interleaved(connection, std::move(fed), &room);
    if (warning) connection.services().log.warn({}, *warning);
  } catch (const Error& error) {
    fail_all(streams, error);
  } catch (const std::exception& error) {
    fail_all(streams, Error(Kind::internal, error.what()));
  }
  for (StreamRun* stream : streams) stream->end(output);
}

// Streams that the catalogue asks for and the connector lacks: each ends INCOMPLETE with the reason.
std::vector<StreamResult> refuse_unknown(const ReadRequest& request, const Connection& connection,
                                         const DiscoveredStreams& discovered, Output& output) {
  std::vector<std::string> known;
  for (const auto& stream : connection.connector().streams) known.push_back(stream->info.name);
  for (const auto& stream : discovered) known.push_back(stream->info.name);
  std::vector<StreamResult> out;
  Clock& clock = connection.services().clock;
  for (const StreamId& id : request.catalog.unknown) {
    Stream stream;
    stream.name = id.name;
    stream.name_space = id.name_space;
    const std::string where = id.name_space.empty() ? "" : " in the namespace " + sanitised(id.name_space, 80);
    Error error(Kind::config, "connector " + connection.connector().info.name + " has no such stream" + where +
                                  "; it has " + listed(known));
    error.at({.stream = id.name});
    output.push_event(Event::stream_status, protocol::stream_status_json(stream, "STARTED", clock.unix_ms()));
    output.push_event(Event::error, protocol::error_json(error, error.what(), id.name_space, clock.unix_ms()));
    output.push_event(Event::stream_status, protocol::stream_status_json(stream, "INCOMPLETE", clock.unix_ms()));
    out.push_back({.id = id, .error = error});
    if (request.on_stream_end) request.on_stream_end(out.back());
  }
  return out;
}

// What is durable at the destination wins over the host's own state: a kill between its commit and the
// host's would else double records. What a person set since wins over both, and is told to the destination.
void restore(StreamRun& run, protocol::Session& session, const State& corrected, std::uint64_t& last_ticket) {
  const std::optional<std::string> durable = session.restore(run.announced());
  const std::string correction = state_of(corrected, run.announced());
  if (!correction.empty()) {
    run.progress().restore(correction);
    if (durable) session.state(run.announced(), correction, ++last_ticket);
  } else if (durable) {
    run.progress().restore(*durable);
  }
}

}  // namespace

ReadResult read(Connection& connection, const DiscoveredStreams& discovered, protocol::Session& session,
                const ReadRequest& request, const Output::Commit& commit) {
  const plugin::LoadedConnector& connector = connection.connector();
  const Services& services = connection.services();
  std::vector<std::unique_ptr<StreamRun>> runs;
  std::uint64_t last_ticket = 0;
  for (const SelectedStream& selected : request.catalog.streams) {
    const plugin::LoadedStream* loaded = find_stream(connector, discovered, selected.stream);
    if (loaded == nullptr) throw Error(Kind::internal, "stream " + selected.stream.name + " is not loaded");
    auto run = std::make_unique<StreamRun>(connection, selected, *loaded, runner_of(connector, *loaded),
                                           state_of(request.state, selected.stream), request);
    session.stream(run->announced(), selected.selection);
    const bool from_state = selected.selection.sync_mode == SyncMode::incremental || selected.stream.resumable;
    if (from_state && !request.from_scratch) restore(*run, session, request.corrected, last_ticket);
    runs.push_back(std::move(run));
  }

  if (last_ticket > 0) session.flush(protocol::Flush::now);

  ReadResult result;
  std::vector<StreamResult> refused;
  Output output(session, services, commit, last_ticket);
  {
    std::optional<EventLogWriter> as_events;
    if (request.log_to_session) as_events.emplace(output, services.log);
    std::optional<ConfigToOutput> config_out;
    if (request.config_to_session) config_out.emplace(output, connection);
    refused = refuse_unknown(request, connection, discovered, output);
    {
      Prefetch::Room room(connector.info.serial ? 1 : static_cast<std::size_t>(request.concurrency));
      std::vector<StreamRun*> interleaved;
      for (const auto& run : runs) {
        if (run->has_runner()) {
          run->start(room, output);
        } else {
          interleaved.push_back(run.get());
        }
      }
      if (!interleaved.empty()) room.pool.add(0, [&] { run_interleaved(connection, interleaved, room, output); });
      room.pool.wait();
    }
  }
  try {
    output.finish();
  } catch (const Error& error) {
    result.error = error;
  }
  for (const auto& run : runs) {
    StreamResult stream = run->result();
    // What a broken output has left of a stream, also of one that was read to its end, nobody knows.
    if (result.error && !stream.error) {
      stream.complete = false;
      stream.error = result.error;
    }
    if (!stream.complete && !stream.error) result.cancelled = true;
    result.streams.push_back(std::move(stream));
  }
  for (StreamResult& stream : refused) result.streams.push_back(std::move(stream));
  return result;
}

}  // namespace integ::sync
