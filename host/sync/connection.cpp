#include "sync/connection.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "bridge/context.hpp"
#include "bridge/host_table.hpp"
#include "json/schema.hpp"
#include "sync/acceptors.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

// Credentials are fetched anew this long before they expire, so that none dies on its way.
constexpr std::int64_t kRefreshMargin_ns = 30'000'000'000;

std::string user_agent(const ConnectorInfo& connector) {
  return std::string("integ/") + INTEG_VERSION + " " + connector.name + "/" + connector.version;
}

std::vector<std::string> allowed_hosts(const ConnectorInfo& connector, const json::Document& config) {
  std::vector<std::string> out;
  for (const std::string& entry : connector.allowed_hosts) out.push_back(allowed_host(entry, config));
  return out;
}

// "http://user:password@proxy:3128" holds one.
void register_proxy_password(const std::string& proxy, Secrets& secrets) {
  const std::size_t at = proxy.rfind('@');
  if (at == std::string::npos) return;
  const std::size_t scheme = proxy.find("://");
  const std::size_t from = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t colon = proxy.find(':', from);
  if (colon == std::string::npos || colon > at) return;
  const std::string password = proxy.substr(colon + 1, at - colon - 1);
  secrets.add(password);
  secrets.add(percent_decode(password));
}

http::Settings filled(http::Settings settings, const json::Document& config) {
  for (std::string& entry : settings.allowed_hosts) entry = allowed_host(entry, config);
  return settings;
}

}  // namespace

std::string allowed_host(const std::string& entry, const json::Document& config) {
  constexpr std::string_view kOpen = "{config:";
  const std::size_t open = entry.find(kOpen);
  if (open == std::string::npos) return entry;
  const std::size_t close = entry.find('}', open);
  if (close == std::string::npos) throw Error(Kind::config, "allowed host '" + entry + "' has no closing brace");
  const std::string pointer = entry.substr(open + kOpen.size(), close - open - kOpen.size());
  const json::Node* node = config.find(pointer);
  if (node == nullptr || !node->is_string()) {
    throw Error(Kind::config, "allowed host '" + entry + "': the configuration has no text at " + pointer);
  }
  const std::string rest = entry.substr(0, open) + entry.substr(close + 1);
  if (rest.empty()) {
    try {
      const Url url = Url::parse(node->text);
      return url.explicit_port ? url.host + ':' + std::to_string(url.port) : url.host;
    } catch (const Error& error) {
      throw Error(Kind::config, "config" + pointer + ": " + error.message());
    }
  }
  const std::string_view label = node->text;
  // Letters, digits and hyphens: a '*' would open the list, a dot or a slash would leave it.
  const bool one_label = !label.empty() && label.size() <= 63 && std::all_of(label.begin(), label.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!one_label) {
    throw Error(Kind::config, "config" + pointer + ": expected one name without dots, as a part of a host");
  }
  return allowed_host(entry.substr(0, open) + std::string(label) + entry.substr(close + 1), config);
}

Connection::Connection(std::shared_ptr<const plugin::Plugin> plugin, const plugin::LoadedConnector& connector,
                       const std::string& config, const http::Settings& settings, http::Transport& transport,
                       Services services)
    : plugin_(std::move(plugin)),
      connector_(connector),
      config_(bridge::document_of(config)),
      services_(services),
      client_(filled(settings, *config_), allowed_hosts(connector.info, *config_), user_agent(connector.info),
              {transport, services.clock, services.log, services.secrets,
               static_cast<std::uint64_t>(services.clock.unix_ns())}) {
  register_proxy_password(settings.proxy, services_.secrets);
  services_.secrets.add(settings.client_key_password);
  const json::Schema schema(connector.info.config_schema, connector.info.name);
  for (const std::string& pointer : schema.secret_pointers()) {
    const json::Node* secret = config_->find(pointer);
    if (secret != nullptr && !secret->is_object() && !secret->is_array()) services_.secrets.add(secret->text);
  }
}

// The context that `authorize` runs in: it may request (without credentials) and sets what it got.
class Connection::AuthorizeBackend final : public bridge::Backend {
 public:
  AuthorizeBackend(Connection& connection, const http::Caller& caller) : connection_(connection), caller_(caller) {}

  bridge::Flow fetch(const bridge::Request& request, bridge::Page& page) override {
    BodyAcceptor acceptor;
    page.json.reset();
    http::Client::Outcome outcome =
        connection_.client_.exchange(request.http, acceptor, caller_, page.budget, &page.answer);
    page.answer = std::move(outcome.answer);
    page.json = acceptor.take();
    return outcome.again ? bridge::Flow::again : bridge::Flow::ok;
  }
  void set_auth(std::vector<http::Header> headers, std::vector<http::Header> query, std::int64_t valid_ms) override {
    for (http::Header& header : headers) {
      connection_.services_.secrets.add(header.value);
      header.secret = true;
    }
    for (const http::Header& parameter : query) connection_.services_.secrets.add(parameter.value);
    const std::int64_t now = connection_.services_.clock.unix_ns();
    // Beyond a year they are as good as for ever, and nanoseconds do not overflow.
    constexpr std::int64_t kLongest_ms = 365LL * 24 * 3'600 * 1'000;
    const bool expires = valid_ms > 0 && valid_ms < kLongest_ms;
    result = {std::move(headers), std::move(query), expires ? now + valid_ms * 1'000'000 : 0, 0};
    given = true;
  }
  void update_config(std::string_view) override {
    throw Error::of_status(INTEG_E_UNSUPPORTED, "this host can't store a changed configuration yet");
  }
  void mark_secret(std::string_view value) override { connection_.services_.secrets.add(value); }
  void log(Level level, std::string_view message) override { connection_.services_.log.write(level, {}, message); }
  bool cancelled() const override { return connection_.services_.cancellation.cancelled(); }
  std::int64_t now_ns() override { return connection_.services_.clock.unix_ns(); }
  void sleep_ns(std::int64_t duration) override {
    Clock& clock = connection_.services_.clock;
    constexpr std::int64_t kLongest = 365LL * 24 * 3'600 * 1'000'000'000;
    const auto until = clock.steady() + std::chrono::nanoseconds(std::clamp<std::int64_t>(duration, 0, kLongest));
    if (!clock.sleep_until(until, connection_.services_.cancellation)) {
      throw Error(Kind::cancelled, "cancelled");
    }
  }
  bridge::Flow emit_batch(const bridge::Request&, const bridge::Emit&, bridge::Page&, std::uint64_t&) override {
    refuse();
  }
  bridge::Flow emit_response(bridge::Page&, const bridge::Emit&, std::uint64_t&) override { refuse(); }
  bridge::Flow emit_values(std::string_view) override { refuse(); }
  bridge::Flow emit_state(std::optional<std::string_view>) override { refuse(); }
  bridge::Flow add_slice(std::string_view, std::string_view, std::uint64_t) override { refuse(); }
  void add_stream(std::unique_ptr<plugin::LoadedStream>) override { refuse(); }
  bridge::Context* open_stream(std::string_view) override { refuse(); }

  Credentials result;
  bool given = false;

 private:
  [[noreturn]] static void refuse() {
    throw Error::of_status(INTEG_E_UNSUPPORTED, "authorize can only make requests and set credentials");
  }
  Connection& connection_;
  const http::Caller& caller_;
};

Connection::Credentials Connection::credentials(std::uint64_t refused, const http::Caller& caller) {
  const std::lock_guard lock(credentials_mutex_);
  const bool expired =
      credentials_.valid_until_ns != 0 && services_.clock.unix_ns() + kRefreshMargin_ns >= credentials_.valid_until_ns;
  if (credentials_.generation > refused && !expired) return credentials_;
  AuthorizeBackend backend(*this, caller);
  bridge::Documents documents;
  documents[INTEG_DOC_CONFIG] = config_;
  bridge::Context context(bridge::Phase::authorize, backend, std::move(documents), nullptr);
  context.conclude(connector_.authorize(connector_.self, &bridge::host_table(), context.handle()));
  if (context.warning()) services_.log.warn({}, "authorize: " + *context.warning());
  if (!backend.given) throw Error(Kind::plugin, "authorize ended without set_auth");
  backend.result.generation = credentials_.generation + 1;
  credentials_ = std::move(backend.result);
  return credentials_;
}

http::Client::Outcome Connection::exchange(const bridge::Request& request, http::Acceptor& acceptor,
                                           const http::Caller& caller, bridge::Page& page) {
  if (connector_.authorize == nullptr || request.no_auth) {
    return client_.exchange(request.http, acceptor, caller, page.budget, &page.answer);
  }
  std::uint64_t refused = 0;
  for (int round = 0;; ++round) {
    const Credentials held = credentials(refused, caller);
    http::Request out = request.http;
    out.headers.insert(out.headers.end(), held.headers.begin(), held.headers.end());
    for (const http::Header& pair : held.query) {
      out.url += out.url.find('?') == std::string::npos ? '?' : '&';
      out.url += percent_encode(pair.name) + '=' + percent_encode(pair.value);
    }
    try {
      return client_.exchange(out, acceptor, caller, page.budget, &page.answer);
    } catch (const Error& error) {
      if (error.status() != INTEG_E_AUTH || round > 0) throw;  // a 401, or what a rule calls one
      refused = held.generation;
      page.budget = {};
    }
  }
}

}  // namespace integ::sync
