// `integ source NAME spec|check|discover|read`: the Airbyte command line. Exit 0 or 1; a check that failed
// answers with a message and exits 0; what is wrong with a configuration is a TRACE error and exit 1.
#include "base/text.hpp"
#include "cli/job.hpp"
#include "cli/platform.hpp"
#include "cli/stdio.hpp"
#include "cli/verbs.hpp"
#include "protocol/builtin.hpp"
#include "protocol/catalogs.hpp"
#include "protocol/events.hpp"
#include "protocol/stream_names.hpp"
#include "sync/check.hpp"
#include "sync/discover.hpp"
#include "sync/event_log.hpp"
#include "sync/output.hpp"
#include "sync/read.hpp"

#include <optional>
#include <utility>

namespace integ::cli {
namespace {

using protocol::Event;

// Around a read, which has an output of its own: who writes to the session, so that log lines go out as messages when
// they come and not when the verb is over.
struct Talk {
  Talk(Host& host, protocol::Session& session) : output(session, host.services(), {}), log_lines(output, host.log()) {}
  void tell(Event kind, std::string json) { output.push_event(kind, std::move(json)); }

  sync::Output output;
  sync::EventLogWriter log_lines;
};

class Source {
 public:
  Source(Host& host, const SourceOptions& options, protocol::Session& session, std::optional<Talk>& talk)
      : host_(host),
        options_(options),
        session_(session),
        talk_(talk),
        platform_(options.command == "spec" ? PlatformOptions() : platform_options(host, options.options)),
        handle_(options.command == "spec" ? host.described(options.connector)
                                          : host.connector(options.connector, platform_.isolation)),
        transports_(host, options.tape) {}

  int run() {
    const int code = command();
    transports_.finish();
    return code;
  }

 private:
  int command() {
    if (options_.command == "spec") return spec();
    if (options_.command == "check") return check();
    if (options_.command == "discover") return discover();
    return read();
  }

  int spec() {
    talk_->tell(Event::spec, protocol::spec_json(handle_.connector->info));
    return 0;
  }

  int check() {
    std::string message;
    try {
      Session session(host_, transports_, handle_, config(), short_of_patience(settings()));
      tell_config_changes(session);
      sync::check(session.connection);
      talk_->tell(Event::connection_status, protocol::connection_status_json(true, {}));
      return 0;
    } catch (const Errors& errors) {
      message = joined(errors).what();
    } catch (const Error& error) {
      if (error.kind() == Kind::cancelled || error.kind() == Kind::internal || error.kind() == Kind::output) throw;
      message = error.what();
    }
    talk_->tell(Event::connection_status, protocol::connection_status_json(false, host_.secrets().mask(message)));
    return 0;
  }

  int discover() {
    sync::DiscoveredStreams discovered;
    if (handle_.connector->discover != nullptr) {
      Session session(host_, transports_, handle_, config(), settings());
      tell_config_changes(session);
      discovered = sync::discover(session.connection);
    } else if (!options_.config.empty()) {
      static_cast<void>(config());  // what is wrong with it is said now rather than at the first read
    }
    talk_->tell(Event::catalog, protocol::catalog_json(sync::all_streams(*handle_.connector, discovered)));
    return 0;
  }

  int read() {
    if (options_.catalog.empty()) throw Error(Kind::config, "read needs --catalog FILE, a configured catalog");
    Session session(host_, transports_, handle_, config(), settings());
    tell_config_changes(session);
    const sync::DiscoveredStreams discovered = sync::discover(session.connection);
    const std::vector<Stream> streams = sync::all_streams(*handle_.connector, discovered);
    sync::ReadRequest request;
    request.catalog = protocol::airbyte_catalog(option_text("--catalog", options_.catalog), options_.catalog, streams);
    if (!options_.state.empty()) {
      request.state = protocol::airbyte_state(option_text("--state", options_.state), options_.state, streams);
    }
    warn_of_strange(request.state, streams);
    choose_states(request.catalog, request.state, false);
    request.concurrency = platform_.concurrency;
    request.validation = platform_.validation;
    request.log_to_session = true;
    request.config_to_session = true;
    talk_->output.finish();
    talk_.reset();
    const sync::ReadResult result = sync::read(session.connection, discovered, session_, request, {});
    talk_.emplace(host_, session_);
    if (result.error) throw Error(*result.error);
    tell_analytics();
    bool complete = true;
    for (const sync::StreamResult& stream : result.streams) complete = complete && stream.complete;
    return complete ? 0 : exit_code_of(host_.cancellation().reason(), 1);
  }

  // A stream that is gone is no news; where all are, it is more likely the state of something else.
  void warn_of_strange(const State& state, const std::vector<Stream>& streams) {
    std::vector<std::string> names;
    for (const auto& [id, json] : state.streams) {
      if (protocol::find_stream(streams, id.name, id.name_space) != nullptr) return;
      names.push_back(sanitised(id.name, 80));
    }
    if (names.empty()) return;
    host_.log().warn({}, options_.state + " has the state of " + listed(names) + ", of which connector " +
                             options_.connector + " has no stream: nothing of it is gone on from");
  }

  // What the run cost, for whoever keeps the platform's figures.
  void tell_analytics() {
    const Counters& counters = host_.services().counters;
    for (const auto& [type, member] :
         {std::pair{"integ-requests", &StreamCounters::requests}, std::pair{"integ-retries", &StreamCounters::retries},
          std::pair{"integ-waited-ms", &StreamCounters::waited_ms}, std::pair{"integ-bytes", &StreamCounters::bytes}}) {
      talk_->tell(Event::analytics,
                  protocol::analytics_json(type, std::to_string(counters.total(member)), host_.clock().unix_ms()));
    }
  }

  // What the connector changes in its configuration is the platform's to keep: said before it is used. A read() has an
  // output of its own for it.
  void tell_config_changes(Session& session) {
    session.connection.keep_config_by([this](const std::string&, const std::string& config) {
      talk_->output.say(Event::config, protocol::config_json(config, host_.clock().unix_ms()));
    });
  }

  std::string config() {
    if (options_.config.empty()) {
      throw Error(Kind::config, options_.command + " needs --config FILE, the connector's configuration as JSON");
    }
    const std::string text = option_text("--config", options_.config);
    static_cast<void>(settings_json(text, options_.config));
    return checked_config(host_, *handle_.connector, text, place_in(options_.config));
  }

  http::Settings settings() const { return settings_of(*handle_.connector, platform_.http, place_in(platform_.name)); }

  Host& host_;
  const SourceOptions& options_;
  protocol::Session& session_;
  std::optional<Talk>& talk_;       // none while it is read
  const PlatformOptions platform_;  // its faults are of the command line, not of the connection
  ConnectorHandle handle_;
  Transports transports_;
};

std::string trace(Host& host, const Error& error) {
  return protocol::error_json(error, host.secrets().mask(error.what()), {}, host.clock().unix_ms());
}

}  // namespace

int source(Host& host, const SourceOptions& options) {
  const ProtocolStdout out(host.log(), "connector " + options.connector);
  const auto sink = protocol::fd_sink(out.fd(), "standard output", host.grace());
  const auto adapter = protocol::airbyte_adapter();
  const json::Document none = json::Document::parse("{}");
  const auto session =
      adapter->open({.options = &none.root(), .sink = sink.get(), .sinks = nullptr, .log = &host.log()});
  try {
    int code = 1;
    std::optional<Talk> talk(std::in_place, host, *session);
    std::optional<Error> wrong;
    try {
      code = Source(host, options, *session, talk).run();
    } catch (const Errors& errors) {
      wrong = joined(errors);
    } catch (const Error& error) {
      if (error.kind() == Kind::output) throw;
      if (error.kind() == Kind::cancelled) {
        code = exit_code_of(host.cancellation().reason(), 1);
      } else {
        wrong = error;
      }
    }
    if (!talk) talk.emplace(host, *session);
    if (wrong) talk->tell(Event::error, trace(host, *wrong));
    talk->output.finish();
    talk.reset();
    session->close(INTEG_OK);
    return code;
  } catch (const Error& error) {
    // Whoever reads is gone, or the disk is full: a closed pipe is no news to anybody.
    if (!protocol::is_closed_pipe(error)) host.complain(error);
    return exit_code_of(host.cancellation().reason(), 1);
  }
}

}  // namespace integ::cli
