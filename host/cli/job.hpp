// From names and texts to a run: the parts that `run`, `source` and `tap` have in common.
#pragma once

#include "cli/host.hpp"
#include "cli/transports.hpp"
#include "http/settings.hpp"
#include "json/document.hpp"
#include "json/schema.hpp"
#include "model/catalog.hpp"
#include "protocol/adapter.hpp"
#include "sync/connection.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace integ::cli {

// A configuration that broke the connector's schema, or another of several faults found at once.
class Errors : public std::exception {
 public:
  explicit Errors(std::vector<Error> all) : all_(std::move(all)) {}
  const std::vector<Error>& all() const noexcept { return all_; }
  const char* what() const noexcept override { return all_.empty() ? "" : all_.front().what(); }

 private:
  std::vector<Error> all_;
};

// Gives what is wrong at a JSON pointer its place ("config.json", or a line of the pipeline).
using Place = std::function<Error(const json::Violation&)>;

// The configuration checked against the connector's schema, defaults filled in; a setting that is null where the schema
// wants something else counts as left out. Its secrets are registered before anything is said about it. Throws Errors
// with every violation.
std::string checked_config(Host& host, const plugin::LoadedConnector& connector, std::string_view config,
                           const Place& place);
// The same for an adapter's options.
std::string checked_options(const protocol::Adapter& adapter, std::string_view options, const Place& place);

// The connector's own settings with those of the operator over them; "" for none.
http::Settings settings_of(const plugin::LoadedConnector& connector, std::string_view operators, const Place& place);
// What `check` allows itself: two attempts, half a minute.
http::Settings short_of_patience(http::Settings settings);

// A connection with the transport under it. Not movable: the connection borrows the transport, and that `transports`.
struct Session {
  Session(Host& host, Transports& transports, const ConnectorHandle& handle, const std::string& config,
          const http::Settings& settings)
      : transport(transports.open(settings)),
        entries(host.entries(handle)),
        connection(handle.plugin, *handle.connector, config, settings, *transport, host.services(), *entries) {}
  std::unique_ptr<http::Transport> transport;
  std::shared_ptr<bridge::Entries> entries;
  sync::Connection connection;
};

}  // namespace integ::cli
