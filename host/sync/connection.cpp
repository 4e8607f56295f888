#include "sync/connection.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "bridge/context.hpp"
#include "http/decode.hpp"
#include "http/failure.hpp"
#include "http/proxies.hpp"
#include "json/pointer.hpp"
#include "json/text.hpp"
#include "sync/acceptors.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

constexpr std::int64_t kYear_ns = 365LL * 24 * 3'600 * 1'000'000'000;  // as good as for ever, and does not overflow

std::string user_agent(const ConnectorInfo& connector) {
  return std::string("integ/") + INTEG_VERSION + " " + connector.name + "/" + connector.version;
}

std::vector<std::string> allowed_hosts(const ConnectorInfo& connector, const json::Document& config) {
  std::vector<std::string> out;
  for (const std::string& entry : connector.allowed_hosts) out.push_back(allowed_host(entry, config));
  return out;
}

// Of all URLs in the configuration.
void register_userinfos(const json::Node& node, Secrets& secrets) {
  if (node.is_string()) register_userinfo(node.text, secrets);
  if (!node.is_object() && !node.is_array()) return;
  for (std::uint64_t i = 0; i < node.count; ++i) register_userinfos(node.items[i], secrets);
}

http::Settings filled(http::Settings settings, const json::Document& config) {
  for (std::string& entry : settings.allowed_hosts) entry = allowed_host(entry, config);
  return settings;
}

json::ReadLimits read_limits_of(const http::Settings& settings) {
  const http::DecodeLimits limits{.max_body = settings.max_body};
  return {.max_bytes = limits.max_body, .ratio = limits.ratio, .ratio_after = limits.ratio_after};
}

// Pointers of arrays and objects stand for every value in them: nothing of those is short enough to be searched for.
void add_secrets(const json::Schema& schema, const json::Node& config, Secrets& secrets) {
  for (const std::string& pointer : schema.secret_pointers()) {
    const json::Node* secret = json::find(config, pointer);
    if (secret != nullptr && !secret->is_object() && !secret->is_array()) secrets.add(secret->text);
  }
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
                       Services services, bridge::Entries& entries)
    : plugin_(std::move(plugin)),
      connector_(connector),
      entries_(entries),
      schema_(connector.info.config_schema, connector.info.name),
      config_(bridge::document_of(config)),
      services_(services),
      read_limits_(read_limits_of(settings)),
      client_(filled(settings, *config_), allowed_hosts(connector.info, *config_), user_agent(connector.info),
              {transport, services.clock, services.log, services.secrets,
               static_cast<std::uint64_t>(services.clock.unix_ns())}),
      credentials_(services.clock, [this] { return authorize(); }) {
  http::register_proxies(settings.proxy, services_.secrets);
  register_userinfos(config_->root(), services_.secrets);
  services_.secrets.add(settings.client_key_password);
  add_secrets(schema_, config_->root(), services_.secrets);
}

std::shared_ptr<const json::Document> Connection::config() const {
  const std::lock_guard lock(config_mutex_);
  return config_;
}

std::vector<std::string> Connection::credential_parameters() const {
  const std::lock_guard lock(config_mutex_);
  return {credential_parameters_.begin(), credential_parameters_.end()};
}

// The context that `authorize` runs in: it may request (without credentials) and sets what it got.
class Connection::AuthorizeBackend final : public bridge::Backend {
 public:
  explicit AuthorizeBackend(Connection& connection)
      : connection_(connection),
        caller_{.cancellation = &connection.services_.cancellation,
                .counters = &connection.services_.counters.stream(std::string()),
                .outside_window = true} {}

  bridge::Flow fetch(const bridge::Request& request, bridge::Page& page) override {
    BodyAcceptor acceptor({request.reader, connection_.read_limits()});
    page.json.reset();
    http::Request login = request.http;
    login.login = true;
    asked = http::masked_request(login, connection_.services_.secrets);
    http::Client::Outcome outcome = connection_.client_.exchange(login, acceptor, caller_, page.budget, &page.answer);
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
    given = Credentials{std::move(headers), std::move(query), valid_ms};
  }
  void update_config(std::string_view patch) override { connection_.change_config(patch); }
  void prefetch(const bridge::Request&) override {}
  void mark_secret(std::string_view value) override { connection_.services_.secrets.add(value); }
  void log(Level level, std::string_view message) override { connection_.services_.log.write(level, {}, message); }
  bool cancelled() const override { return connection_.services_.cancellation.cancelled(); }
  std::int64_t now_ns() override { return connection_.services_.clock.unix_ns(); }
  void sleep_ns(std::int64_t duration) override {
    Clock& clock = connection_.services_.clock;
    const auto until = clock.steady() + std::chrono::nanoseconds(std::clamp<std::int64_t>(duration, 0, kYear_ns));
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

  std::optional<Credentials> given;
  std::string asked;  // the last request, for errors

 private:
  [[noreturn]] static void refuse() {
    throw Error::of_status(INTEG_E_UNSUPPORTED, "authorize can only make requests and set credentials");
  }
  Connection& connection_;
  const http::Caller caller_;  // the run's cancellation: all threads wait for this, whichever asked first
};

Credentials Connection::authorize() {
  AuthorizeBackend backend(*this);
  bridge::Documents documents;
  documents[INTEG_DOC_CONFIG] = config();
  bridge::Context context(bridge::Phase::authorize, backend, std::move(documents), nullptr);
  try {
    context.conclude(entries_.enter({bridge::Function::authorize, connector_}, context));
  } catch (Error& error) {
    // Not the request that the credentials were to go on.
    if (error.kind() != Kind::cancelled) error.at({.request = backend.asked});
    throw;
  }
  if (context.warning()) services_.log.warn({}, "authorize: " + *context.warning());
  if (!backend.given) throw Error(Kind::plugin, "authorize ended without set_auth");
  const std::lock_guard lock(config_mutex_);
  for (const http::Header& parameter : backend.given->query) credential_parameters_.insert(parameter.name);
  return std::move(*backend.given);
}

void Connection::change_config(std::string_view patch) {
  const json::Document parsed = [&] {
    try {
      return json::Document::parse(std::string(patch), "the merge patch");
    } catch (const Error& error) {
      throw Error::of_status(INTEG_E_ARGUMENT, error.message());
    }
  }();
  if (!parsed.root().is_object()) throw Error::of_status(INTEG_E_ARGUMENT, "the merge patch is no JSON object");
  std::string changed = json::merge_patched(config()->text(), parsed.text());
  auto next = bridge::document_of(changed);
  add_secrets(schema_, next->root(), services_.secrets);
  const std::vector<json::Violation> violations = schema_.check(next->root());
  if (!violations.empty()) {
    throw Error::of_status(INTEG_E_ARGUMENT, "the changed configuration would not be valid: " +
                                                 violations.front().pointer + ": " + violations.front().message);
  }
  if (!keep_config_) throw Error::of_status(INTEG_E_UNSUPPORTED, "nobody keeps a changed configuration here");
  keep_config_(std::string(parsed.text()), changed);
  const std::lock_guard lock(config_mutex_);
  config_ = std::move(next);
}

bool Connection::authorizes(const bridge::Request& request) const noexcept {
  return connector_.authorize != nullptr && !request.no_auth;
}

http::Client::Outcome Connection::exchange(const bridge::Request& request, http::Acceptor& acceptor,
                                           const http::Caller& caller, bridge::Page& page,
                                           std::optional<http::Early> early) {
  if (!authorizes(request)) {
    return client_.exchange(request.http, acceptor, caller, page.budget, &page.answer, std::move(early));
  }
  const Cancellation never;
  RequestCredentials credentials(credentials_, caller.cancellation != nullptr ? *caller.cancellation : never);
  http::Caller authorized = caller;
  authorized.authorizer = &credentials;
  return client_.exchange(request.http, acceptor, authorized, page.budget, &page.answer, std::move(early));
}

http::Client::Ahead Connection::send_ahead(const bridge::Request& request, http::Acceptor& acceptor,
                                           const http::Caller& caller) {
  if (!authorizes(request)) return client_.send_ahead(request.http, acceptor, caller);
  const auto held = credentials_.at_hand();
  if (!held) return {};
  HeldCredentials credentials(held->credentials);
  http::Caller authorized = caller;
  authorized.authorizer = &credentials;
  return client_.send_ahead(request.http, acceptor, authorized);
}

}  // namespace integ::sync
