// `integ check`, `integ discover` and `integ validate`: a pipeline looked at without being run.
#include "base/text.hpp"
#include "cli/kept_config.hpp"
#include "cli/platform.hpp"
#include "cli/prepared.hpp"
#include "cli/print.hpp"
#include "cli/propose.hpp"
#include "cli/verbs.hpp"
#include "json/text.hpp"
#include "protocol/events.hpp"
#include "state/store.hpp"
#include "sync/check.hpp"
#include "sync/discover.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

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

// A connection with what the connector changed in earlier runs; what it changes now is kept as well. The store is
// made, and the pipeline's lease taken, only for a connector that changes it.
class Inspection {
 public:
  Inspection(Host& host, const Prepared& prepared, const http::Settings& settings)
      : name_(prepared.pipeline.name),
        path_(prepared.pipeline.state_path),
        config_(prepared.config),
        kept_(kept_before()),
        network_(host),
        session_(host, network_, prepared.handle, kept_ ? kept_->current() : config_, settings) {
    session_.connection.keep_config_by([this](const std::string& patch, const std::string&) { keep(patch); });
  }
  sync::Connection& connection() { return session_.connection; }

 private:
  std::optional<KeptConfig> kept_before() {
    if (!std::filesystem::exists(path_)) return std::nullopt;
    store_ = state::open_sqlite_store(path_, true);
    // A connector that changes its configuration may do so now, and a run beside this one must not be left with what
    // a server takes no more.
    if (!store_->config(name_).json.empty()) lease_ = store_->lease(name_);
    return std::optional<KeptConfig>(std::in_place, name_, *store_, config_);
  }
  void keep(const std::string& patch) {
    if (!store_) store_ = state::open_sqlite_store(path_);
    if (!kept_) kept_.emplace(name_, *store_, config_);
    if (!lease_) lease_ = store_->lease(name_);
    kept_->keep(lease_->token(), patch);
  }

  const std::string name_, path_, config_;
  std::unique_ptr<state::Store> store_;
  std::unique_ptr<state::Lease> lease_;
  std::optional<KeptConfig> kept_;
  Transports network_;
  Session session_;
};

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
    Inspection inspection(host, prepared, short_of_patience(prepared.settings));
    sync::check(inspection.connection());
    print(prepared.pipeline.name + ": the configuration is valid and the source can be read\n");
  });
}

int discover(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set,
             const DiscoverOptions& options) {
  bool good = true;
  bool usage = false;
  const int code = each(host, paths, set, [&](const Prepared& prepared) {
    Inspection inspection(host, prepared, prepared.settings);
    const sync::DiscoveredStreams discovered = sync::discover(inspection.connection());
    const std::vector<Stream> streams = sync::all_streams(*prepared.handle.connector, discovered);
    if (options.infer == 0) {
      print(protocol::catalog_json(streams) + "\n");
      return;
    }
    Catalog catalog = prepared.catalog(streams);
    try {
      narrow(catalog, streams, prepared.pipeline.connector, options.streams, false);
    } catch (const Error& error) {
      usage = true;
      host.complain(error);
      return;
    }
    good = propose(host, inspection.connection(), discovered, catalog, options) && good;
  });
  if (code != 0) return code;
  return usage ? 2 : good ? 0 : 1;
}

}  // namespace integ::cli
