// `integ tap NAME`: the Singer command line. Exit 0, 1 when a stream failed, 2 for usage or configuration,
// 143 after SIGTERM.
#include "base/text.hpp"
#include "cli/job.hpp"
#include "cli/platform.hpp"
#include "cli/singer_log.hpp"
#include "cli/stdio.hpp"
#include "cli/tap_about.hpp"
#include "cli/tap_config.hpp"
#include "cli/tap_metrics.hpp"
#include "cli/verbs.hpp"
#include "protocol/builtin.hpp"
#include "protocol/catalogs.hpp"
#include "protocol/events.hpp"
#include "protocol/stream_names.hpp"
#include "sync/discover.hpp"
#include "sync/read.hpp"

#include <algorithm>

namespace integ::cli {
namespace {

// The stream that was interrupted goes first; an unknown name is no news.
void begin_with(Catalog& catalog, const std::string& id) {
  std::stable_partition(catalog.streams.begin(), catalog.streams.end(),
                        [&](const SelectedStream& selected) { return protocol::singer_id(selected.stream) == id; });
}

void warn_of(Host& host, const Catalog& catalog, const TapOptions& options) {
  for (const StreamId& unknown : catalog.unknown) {
    host.log().warn(unknown.name,
                    "the catalog has this stream, but tap " + options.connector + " does not; it is skipped");
  }
  if (catalog.streams.empty()) {
    host.log().warn({}, "no stream of the catalog is selected: there is nothing to read");
  }
}

class Tap {
 public:
  Tap(Host& host, const TapOptions& options, const ProtocolStdout& out, SingerLog& log)
      : host_(host),
        options_(options),
        out_(out),
        log_(log),
        platform_(platform_options(host, options.options)),
        handle_(host.connector(options.connector, platform_.isolation)),
        transports_(host, options.tape) {
    handle_.called = "tap " + options.connector;
  }

  int run() {
    const int code = options_.discover ? discover() : sync();
    transports_.finish();
    return code;
  }

 private:
  std::unique_ptr<Session> connect() {
    const TapSettings config = tap_config(options_.connector, handle_.connector->info.config_schema, options_.config);
    const Place place = tap_config_place(options_.connector, options_.config);
    const std::string checked = checked_config(host_, *handle_.connector, config.connector, place);
    settings_ = json::Document::parse(checked_options(*protocol::singer_adapter(), config.singer, place));
    auto session = std::make_unique<Session>(host_, transports_, handle_, checked,
                                             settings_of(*handle_.connector, platform_.http, place_in(platform_.name)));
    session->connection.keep_config_by([this](const std::string& patch, const std::string&) {
      rewrite_tap_config(options_.connector, options_.config, patch);
    });
    return session;
  }

  std::unique_ptr<protocol::Session> open(protocol::Adapter& adapter, protocol::Sink& sink) {
    try {
      return adapter.open({.options = &settings_.root(), .sink = &sink, .sinks = sinks_.get(), .log = &host_.log()});
    } catch (const Error& error) {
      // Nothing was requested yet: a place that can't be written is a fault of the configuration.
      throw Error(Kind::config, error.message());
    }
  }

  int discover() {
    sync::DiscoveredStreams discovered;
    if (handle_.connector->discover != nullptr) discovered = sync::discover(connect()->connection);
    const auto sink = protocol::fd_sink(out_.fd(), "standard output", host_.grace());
    const auto adapter = protocol::singer_adapter();
    const auto session = open(*adapter, *sink);
    session->event(protocol::Event::catalog, protocol::catalog_json(sync::all_streams(*handle_.connector, discovered)));
    session->close(INTEG_OK);
    sink->flush();
    return 0;
  }

  int sync() {
    const std::unique_ptr<Session> connected = connect();
    const sync::DiscoveredStreams discovered = sync::discover(connected->connection);
    const std::vector<Stream> streams = sync::all_streams(*handle_.connector, discovered);
    sync::ReadRequest request;
    request.catalog = options_.catalog.empty() ? protocol::everything(streams)
                                               : protocol::singer_catalog(option_text("--catalog", options_.catalog),
                                                                          options_.catalog, streams);
    warn_of(host_, request.catalog, options_);
    request.catalog.unknown.clear();
    protocol::SingerState given;
    if (!options_.state.empty()) {
      given = protocol::singer_state(option_text("--state", options_.state), options_.state, streams);
      if (!given.warning.empty()) host_.log().warn({}, given.warning);
    }
    request.state = given.state;
    choose_states(request.catalog, request.state, true);
    begin_with(request.catalog, given.currently_syncing);
    request.concurrency = platform_.concurrency;
    request.validation = platform_.validation;
    request.limit = options_.test == "all" ? 1 : 0;

    const auto sink = protocol::fd_sink(out_.fd(), "standard output", host_.grace());
    const auto adapter = protocol::singer_adapter(given.value);
    request.cut_fields = adapter->selected_fields();
    const auto session = open(*adapter, *sink);
    if (options_.test == "schema") {  // the schemas are all that is wanted
      for (const SelectedStream& selected : request.catalog.streams) {
        session->stream(selected.stream, selected.selection);
      }
      session->flush(protocol::Flush::now);
      session->close(INTEG_OK);
      return 0;
    }
    TapMetrics metrics(host_, log_);
    request.on_stream_end = [this, &metrics](const sync::StreamResult& stream) {
      // Whoever reads has left, or what is written can't be: told once, if at all, by the run's own end.
      if (stream.error && protocol::is_closed_pipe(*stream.error)) return;
      if (host_.cancellation().reason() == CancelReason::output_failed) return;
      tell(stream);
      metrics.ended(stream);
    };
    const sync::ReadResult result = sync::read(connected->connection, discovered, *session, request, {});
    if (result.error) {
      if (protocol::is_closed_pipe(*result.error)) metrics.silence();
      session->close(INTEG_E_OUTPUT);
      throw Error(*result.error);
    }
    bool complete = true;
    for (const sync::StreamResult& stream : result.streams) complete = complete && stream.complete;
    session->close(complete ? INTEG_OK : result.cancelled ? INTEG_CANCELLED : INTEG_E_INTERNAL);
    sink->flush();
    if (complete) metrics.complete();
    return complete ? 0 : exit_code_of(host_.cancellation().reason(), 1);
  }

  void tell(const sync::StreamResult& stream) {
    if (stream.error) {
      host_.log().error(stream.id.name, stream.error->what());
    } else if (stream.complete) {
      host_.log().info(stream.id.name, with_separators(stream.records) + " records");
    }
  }

  Host& host_;
  const TapOptions& options_;
  const ProtocolStdout& out_;
  SingerLog& log_;
  const PlatformOptions platform_;
  ConnectorHandle handle_;
  Transports transports_;
  json::Document settings_ = json::Document::parse("{}");  // Singer's own
  const std::unique_ptr<protocol::Sinks> sinks_ = protocol::file_sinks({}, host_.grace());
};

}  // namespace

int tap(Host& host, const TapOptions& options) {
  SingerLog log(host, "tap-" + options.connector);
  try {
    if (options.about) return tap_about(host, host.described(options.connector), options.about_format);
    if (options.version) return tap_version(host.described(options.connector));
    const ProtocolStdout out(host.log(), "tap " + options.connector);
    const int code = Tap(host, options, out, log).run();
    if (code == 1) log.critical("not every stream could be read; the reasons are above");
    return code;
  } catch (const Errors& errors) {
    for (const Error& error : errors.all()) log.critical(error.what());
    return 2;
  } catch (const Error& error) {
    if (error.kind() == Kind::cancelled) return exit_code_of(host.cancellation().reason(), 1);
    if (protocol::is_closed_pipe(error)) return exit_code_of(host.cancellation().reason(), 1);
    log.critical(error.what());
    return error.kind() == Kind::config ? 2 : exit_code_of(host.cancellation().reason(), 1);
  }
}

}  // namespace integ::cli
