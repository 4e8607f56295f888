// What all runs of one pipeline share: the connector with its configuration, the HTTP client, and the
// credentials that `authorize` gave. Safe from every thread once made.
#pragma once

#include "bridge/backend.hpp"
#include "http/client.hpp"
#include "http/settings.hpp"
#include "http/transport.hpp"
#include "json/document.hpp"
#include "plugin/plugin.hpp"
#include "sync/services.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace integ::sync {

// Fills "{config:/pointer}" of an allow-list entry: the host (and port, if one is written) of a URL, or
// the value itself as one DNS label. Throws kind config, naming the pointer.
std::string allowed_host(const std::string& entry, const json::Document& config);

class Connection {
 public:
  // `config` is JSON, valid by the connector's schema, defaults filled in; its secret values are
  // registered here. Throws kind config.
  Connection(std::shared_ptr<const plugin::Plugin> plugin, const plugin::LoadedConnector& connector,
             const std::string& config, const http::Settings& settings, http::Transport& transport, Services services);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const plugin::LoadedConnector& connector() const noexcept { return connector_; }
  const std::shared_ptr<const json::Document>& config() const noexcept { return config_; }
  const Services& services() const noexcept { return services_; }

  // One exchange with the credentials on it; a 401 is answered once by new ones, where the connector has
  // an `authorize`. Errors as http::Client::exchange.
  http::Client::Outcome exchange(const bridge::Request& request, http::Acceptor& acceptor, const http::Caller& caller,
                                 bridge::Page& page);

 private:
  class AuthorizeBackend;
  struct Credentials {
    std::vector<http::Header> headers;
    std::vector<http::Header> query;
    std::int64_t valid_until_ns = 0;  // 0: until refused
    std::uint64_t generation = 0;     // 0: none yet
  };
  // Credentials that are still good and newer than `refused`; enters the plug-in when there are none.
  Credentials credentials(std::uint64_t refused, const http::Caller& caller);

  std::shared_ptr<const plugin::Plugin> plugin_;
  const plugin::LoadedConnector& connector_;
  std::shared_ptr<const json::Document> config_;
  Services services_;
  http::Client client_;
  std::mutex credentials_mutex_;  // held while authorize runs: the others wait for what it brings
  Credentials credentials_;       // guarded by credentials_mutex_
};

}  // namespace integ::sync
