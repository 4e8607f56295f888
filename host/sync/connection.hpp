// What all runs of one pipeline share: the connector with its configuration, the HTTP client, and the
// credentials that `authorize` gave. Safe from every thread once made.
#pragma once

#include "bridge/backend.hpp"
#include "bridge/entries.hpp"
#include "http/client.hpp"
#include "http/settings.hpp"
#include "http/transport.hpp"
#include "json/document.hpp"
#include "json/reader.hpp"
#include "json/schema.hpp"
#include "plugin/plugin.hpp"
#include "sync/credentials.hpp"
#include "sync/services.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ::sync {

// Fills "{config:/pointer}" of an allow-list entry: the host (and port, if one is written) of a URL, or
// the value itself as one DNS label. Throws kind config, naming the pointer.
std::string allowed_host(const std::string& entry, const json::Document& config);

class Connection {
 public:
  // `config` is JSON, valid by the connector's schema, defaults filled in; its secret values are
  // registered here. `entries` is how the connector's functions are entered; borrowed, as is the transport. Throws
  // kind config.
  Connection(std::shared_ptr<const plugin::Plugin> plugin, const plugin::LoadedConnector& connector,
             const std::string& config, const http::Settings& settings, http::Transport& transport, Services services,
             bridge::Entries& entries = bridge::direct_entries());
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const plugin::LoadedConnector& connector() const noexcept { return connector_; }
  // As `authorize` changed it last; what runs already keeps the one that it began with.
  std::shared_ptr<const json::Document> config() const;
  const Services& services() const noexcept { return services_; }
  bridge::Entries& entries() const noexcept { return entries_; }
  // The names of query parameters by which `authorize` has let credentials go so far.
  std::vector<std::string> credential_parameters() const;
  // What a request's parser may make of a body: as much as the transfer may.
  const json::ReadLimits& read_limits() const noexcept { return read_limits_; }

  // Where a configuration that `authorize` changed is kept for the next run: both the RFC 7396 patch and the
  // whole. Returns when it is safe, throws when it can't be. Set while nothing runs.
  using KeepConfig = std::function<void(const std::string& patch, const std::string& config)>;
  // Answers what was set before.
  KeepConfig keep_config_by(KeepConfig keep) { return std::exchange(keep_config_, std::move(keep)); }

  // One exchange with the credentials on it; credentials that are refused are got anew, once, where the
  // connector has an `authorize`. Errors, and the early answer, as http::Client::exchange.
  http::Client::Outcome exchange(const bridge::Request& request, http::Acceptor& acceptor, const http::Caller& caller,
                                 bridge::Page& page, std::optional<http::Early> early = {});
  // http::Client::send_ahead with the credentials that are there; without them nothing is sent.
  http::Client::Ahead send_ahead(const bridge::Request& request, http::Acceptor& acceptor, const http::Caller& caller);

 private:
  class AuthorizeBackend;
  bool authorizes(const bridge::Request& request) const noexcept;
  // Enters the plug-in.
  Credentials authorize();
  void change_config(std::string_view patch);

  std::shared_ptr<const plugin::Plugin> plugin_;
  const plugin::LoadedConnector& connector_;
  bridge::Entries& entries_;
  const json::Schema schema_;  // of the configuration
  mutable std::mutex config_mutex_;
  std::shared_ptr<const json::Document> config_;  // guarded by config_mutex_
  std::set<std::string> credential_parameters_;   // the same
  Services services_;
  const json::ReadLimits read_limits_;
  http::Client client_;
  KeepConfig keep_config_;
  SharedCredentials credentials_;
};

}  // namespace integ::sync
