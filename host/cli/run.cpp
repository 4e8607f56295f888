// `integ run FILE|DIR...`: everything is checked before anything begins; then one pipeline after the other.
#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/deadline.hpp"
#include "cli/kept_config.hpp"
#include "cli/platform.hpp"
#include "cli/prepared.hpp"
#include "cli/progress.hpp"
#include "cli/report.hpp"
#include "cli/stdio.hpp"
#include "cli/transports.hpp"
#include "cli/verbs.hpp"
#include "state/store.hpp"
#include "sync/discover.hpp"
#include "sync/read.hpp"

#include <algorithm>

namespace integ::cli {
namespace {

// Where a pipeline's bookmarks are, and the right to move them.
struct Bookmarks {
  explicit Bookmarks(const pipeline::Pipeline& pipeline)
      : name(pipeline.name), store(state::open_sqlite_store(pipeline.state_path)), lease(store->lease(pipeline.name)) {}

  State load() const { return as_state(store->load(name)); }
  State corrections() const { return as_state(store->corrections(name)); }
  void commit(const Stream& stream, const std::string& json) {
    store->commit(name, lease->token(), {stream.name, stream.name_space}, json);
  }

  static State as_state(const std::vector<state::Entry>& entries) {
    State out;
    for (const state::Entry& entry : entries) out.streams[entry.stream] = entry.json;
    return out;
  }

  std::string name;
  std::unique_ptr<state::Store> store;
  std::unique_ptr<state::Lease> lease;
};

class PipelineRun {
 public:
  PipelineRun(Host& host, const RunOptions& options, const Prepared& prepared, Transports& transports,
              const ProtocolStdout& out)
      : host_(host), options_(options), prepared_(prepared), transports_(transports), out_(out) {}

  PipelineReport run() {
    const pipeline::Pipeline& pipeline = prepared_.pipeline;
    report_.name = pipeline.name;
    report_.file = pipeline.file;
    report_.connector = pipeline.connector;
    report_.protocol = pipeline.protocol;
    report_.started_at_ms = host_.clock().unix_ms();
    try {
      sync();
    } catch (const Errors& errors) {
      fail(joined(errors));
    } catch (const Error& error) {
      fail(error);
    }
    report_.ended_at_ms = host_.clock().unix_ms();
    report_.requests = counters_.total(&StreamCounters::requests);
    report_.retries = counters_.total(&StreamCounters::retries);
    report_.waited_ms = counters_.total(&StreamCounters::waited_ms);
    report_.bytes = counters_.total(&StreamCounters::bytes);
    return std::move(report_);
  }

 private:
  void fail(const Error& error) {
    if (error.kind() == Kind::cancelled) {
      report_.cancelled = true;
      return;
    }
    Error placed = error;
    if (error.where().file.empty()) placed.at({.pipeline = report_.name});
    report_.configuration = error.kind() == Kind::config && report_.streams.empty();
    // The output's last words: what it can't vouch for isn't complete.
    for (sync::StreamResult& stream : report_.streams) stream.complete = false;
    report_.error = placed;
    if (!report_.configuration && !reader_left(placed)) host_.log().error({}, placed.what());
  }

  void sync() {
    const pipeline::Pipeline& pipeline = prepared_.pipeline;
    if (pipeline.log_level && host_.options().log_level.empty()) host_.log().set_level(*pipeline.log_level);
    Bookmarks bookmarks(pipeline);
    const std::unique_ptr<http::Transport> transport = transports_.open(prepared_.settings);
    const sync::Services services{host_.clock(), host_.log(), host_.secrets(), counters_, host_.cancellation()};
    KeptConfig kept(pipeline.name, *bookmarks.store, prepared_.config);
    if (kept.outdated()) {
      host_.log().info({}, pipeline.name +
                               ": the configuration was changed since the connector changed it; what it kept "
                               "in the state store is no longer used");
    }
    const std::shared_ptr<bridge::Entries> entries = host_.entries(prepared_.handle);
    sync::Connection connection(prepared_.handle.plugin, *prepared_.handle.connector, kept.current(),
                                prepared_.settings, *transport, services, *entries);
    connection.keep_config_by(
        [&](const std::string& patch, const std::string&) { kept.keep(bookmarks.lease->token(), patch); });

    // Opened first: a place that can't be written is told before anything is asked for. The paths of a pipeline are
    // joined with its folder already.
    const auto sink = protocol::fd_sink(out_.fd(), "standard output", host_.grace());
    const auto sinks = protocol::file_sinks({}, host_.grace());
    const json::Document adapter_options = json::Document::parse(prepared_.options);
    to_stdout_ = !prepared_.adapter->no_sink() && adapter_options.root().member("path") == nullptr &&
                 adapter_options.root().member("command") == nullptr;
    const State stored = bookmarks.load();
    const std::unique_ptr<protocol::Session> session = open(adapter_options, *sink, *sinks, stored);

    const sync::DiscoveredStreams discovered = sync::discover(connection);
    sync::ReadRequest request;
    request.catalog = prepared_.selected ? *prepared_.selected : found(discovered);
    request.from_scratch = options_.full_refresh;
    if (!options_.full_refresh) {
      request.state = stored;
      request.corrected = bookmarks.corrections();
    }
    choose_states(request.catalog, request.state, true);
    request.concurrency = pipeline.concurrency;
    request.validation = pipeline.validation;
    request.cut_fields = prepared_.adapter->selected_fields();
    request.on_stream_end = [this](const sync::StreamResult& stream) { tell(stream); };

    // Into a file or a target goes what the protocol demands; the operator reads on here what happens.
    request.log_to_session = prepared_.adapter->logs() && to_stdout_;
    const Progress progress(host_, counters_, pipeline.name);
    const sync::ReadResult result =
        sync::read(connection, discovered, *session, request,
                   [&](const Stream& stream, const std::string& json) { bookmarks.commit(stream, json); });
    report_.streams = result.streams;
    report_.cancelled = result.cancelled;
    if (result.error) {
      session->close(INTEG_E_OUTPUT);
      throw Error(*result.error);
    }
    session->close(report_.ok() ? INTEG_OK : report_.cancelled ? INTEG_CANCELLED : INTEG_E_INTERNAL);
    sink->flush();
  }

  Catalog found(const sync::DiscoveredStreams& discovered) const {
    const std::vector<Stream> streams = sync::all_streams(*prepared_.handle.connector, discovered);
    Catalog catalog = prepared_.catalog(streams);
    narrow(catalog, streams, prepared_.pipeline.connector, options_.streams, options_.full_refresh);
    return catalog;
  }

  std::unique_ptr<protocol::Session> open(const json::Document& options, protocol::Sink& sink, protocol::Sinks& sinks,
                                          const State& stored) {
    try {
      return prepared_.adapter->open({.options = &options.root(),
                                      .sink = prepared_.adapter->no_sink() ? nullptr : &sink,
                                      .sinks = &sinks,
                                      .log = &host_.log(),
                                      .stored = &stored,
                                      .folder = prepared_.pipeline.directory,
                                      .grace = host_.grace()});
    } catch (const Error& error) {
      // Nothing was requested yet: an output that can't be opened is a fault of the configuration.
      throw prepared_.pipeline.error("/output", error.message());
    }
  }

  // Whoever read standard output has gone: it has what it wanted, and there is nobody to tell.
  bool reader_left(const Error& error) const { return to_stdout_ && protocol::is_closed_pipe(error); }

  void tell(const sync::StreamResult& stream) {
    if (stream.error && reader_left(*stream.error)) return;
    if (stream.error) {
      host_.log().error({}, Error(*stream.error).at({.pipeline = report_.name}).what());
    } else if (stream.complete) {
      host_.log().info(stream.id.name, "complete, " + with_separators(stream.records) + " records");
    } else {
      host_.log().warn(stream.id.name, "stopped after " + with_separators(stream.records) + " records");
    }
  }

  Host& host_;
  const RunOptions& options_;
  const Prepared& prepared_;
  Transports& transports_;
  const ProtocolStdout& out_;
  Counters counters_;
  PipelineReport report_;
  bool to_stdout_ = false;  // rather than into a file, a target or a place of the adapter's own
};

void describe_plan(Host& host, const Prepared& prepared) {
  std::string names;
  if (prepared.selected) {
    for (const SelectedStream& selected : prepared.selected->streams) {
      names += (names.empty() ? "" : ", ") + selected.stream.name + " (" +
               std::string(name_of(selected.selection.sync_mode)) + ")";
    }
  } else {
    names = "what it finds then";
  }
  host.log().info({}, prepared.pipeline.name + ": would read " + names + " of connector " +
                          prepared.pipeline.connector + " into " + prepared.pipeline.protocol + ", at most " +
                          std::to_string(prepared.pipeline.concurrency) + " at once; nothing was requested or written");
}

}  // namespace

int run(Host& host, const RunOptions& options) {
  std::vector<Prepared> prepared;
  try {
    prepared = prepare(host, options.paths, options.set);
    for (Prepared& one : prepared) {
      if (!one.selected) continue;
      narrow(*one.selected, sync::all_streams(*one.handle.connector, {}), one.pipeline.connector, options.streams,
             options.full_refresh);
    }
  } catch (const Errors& errors) {
    for (const Error& error : errors.all()) host.complain(error);
    return 2;
  } catch (const Error& error) {
    host.complain(error);
    return error.kind() == Kind::config ? 2 : 1;
  }
  if (options.dry_run) {
    for (const Prepared& one : prepared) describe_plan(host, one);
    return 0;
  }
  std::optional<Deadline> deadline;
  if (!options.timeout.empty()) {
    const std::optional<long long> ms = parse_duration_ms(options.timeout);
    if (!ms || *ms <= 0) {
      host.complain(Error(Kind::config,
                          "--timeout " + sanitised(options.timeout, 40) + ": expected a duration, as 90s, 30m or 2h"));
      return 2;
    }
    deadline.emplace(host.cancellation(), std::chrono::milliseconds(*ms));
  }
  std::optional<Transports> transports;
  try {
    transports.emplace(host, options.tape);
  } catch (const Error& error) {
    host.complain(error);
    return 2;
  }
  std::vector<PipelineReport> reports;
  for (const Prepared& one : prepared) {
    if (host.cancellation().cancelled()) break;
    const ProtocolStdout out(host.log(), "connector " + one.pipeline.connector);
    reports.push_back(PipelineRun(host, options, one, *transports, out).run());
    const PipelineReport& report = reports.back();
    if (report.configuration && report.error) {
      host.complain(*report.error);
    } else {
      host.log().info({}, summary(report));
    }
  }
  int code = exit_code_of(reports);
  if (reports.size() < prepared.size() || host.cancellation().cancelled()) {
    code = exit_code_of(host.cancellation().reason(), code == 0 ? 1 : code);
  }
  try {
    transports->finish();
  } catch (const Error& error) {
    host.complain(error);
    if (code == 0) code = 1;
  }
  if (!options.report.empty()) {
    try {
      replace_file(options.report, report_json(reports, code, host.secrets()));
    } catch (const Error& error) {
      host.complain(error);
      if (code == 0) code = 1;
    }
  }
  return code;
}

}  // namespace integ::cli
