// `integ check`, `integ discover` and `integ validate`: a pipeline looked at without being run.
#include "base/text.hpp"
#include "cli/platform.hpp"
#include "cli/prepared.hpp"
#include "cli/print.hpp"
#include "cli/verbs.hpp"
#include "json/text.hpp"
#include "protocol/events.hpp"
#include "sync/check.hpp"
#include "sync/discover.hpp"

#include <functional>

namespace integ::cli {
namespace {

// Prepares, then does one thing with each pipeline; errors are told and make the exit code.
int each(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set,
         const std::function<void(const Prepared&)>& body) {
  int code = 0;
  try {
    for (const Prepared& prepared : prepare(host, paths, set)) {
      try {
        body(prepared);
      } catch (const Error& error) {
        if (error.kind() == Kind::cancelled) throw;
        Error placed = error;
        host.complain(placed.at({.pipeline = prepared.pipeline.name}));
        code = 1;
      }
    }
  } catch (const Errors& errors) {
    for (const Error& error : errors.all()) host.complain(error);
    return 2;
  } catch (const Error& error) {
    if (error.kind() == Kind::cancelled) return exit_code_of(host.cancellation().reason(), 1);
    host.complain(error);
    return error.kind() == Kind::config ? 2 : 1;
  }
  return code;
}

}  // namespace

int validate(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set) {
  return each(host, paths, set, [](const Prepared& prepared) {
    print(prepared.pipeline.file + ": " + prepared.pipeline.name + " is valid (connector " +
          prepared.pipeline.connector + " " + prepared.handle.connector->info.version + ", output " +
          prepared.pipeline.protocol + ")\n");
  });
}

int check(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set) {
  return each(host, paths, set, [&host](const Prepared& prepared) {
    Transports network(host);
    Session session(host, network, prepared.handle, prepared.config, short_of_patience(prepared.settings));
    sync::check(session.connection);
    print(prepared.pipeline.name + ": the configuration is valid and the source can be read\n");
  });
}

int discover(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set) {
  return each(host, paths, set, [&host](const Prepared& prepared) {
    Transports network(host);
    Session session(host, network, prepared.handle, prepared.config, prepared.settings);
    const sync::DiscoveredStreams discovered = sync::discover(session.connection);
    print(protocol::catalog_json(sync::all_streams(*prepared.handle.connector, discovered)) + "\n");
  });
}

}  // namespace integ::cli
