#include "cli/job.hpp"

#include "base/text.hpp"
#include "json/pointer.hpp"
#include "json/text.hpp"

#include <algorithm>

namespace integ::cli {
namespace {

void throw_violations(const std::vector<json::Violation>& violations, const Place& place) {
  if (violations.empty()) return;
  std::vector<Error> all;
  all.reserve(violations.size());
  for (const json::Violation& violation : violations) all.push_back(place(violation));
  throw Errors(std::move(all));
}

// Without the members whose null the schema has no place for: the platforms' forms and the variables of a deployment
// write null for a setting that was left out.
std::string without_absent(const json::Node& settings, const json::Schema& schema) {
  const std::vector<json::Violation> violations = schema.check(settings);
  std::string out;
  json::ObjectWriter writer(out);
  for (std::uint64_t i = 0; i < settings.count; ++i) {
    std::string pointer;
    json::append_token(pointer, settings.keys[i]);
    const bool wrong = std::ranges::any_of(violations, [&](const auto& each) { return each.pointer == pointer; });
    if (settings.items[i].type != json::Type::null || !wrong)
      writer.raw(settings.keys[i], json::json_of(settings.items[i]));
  }
  writer.close();
  return out;
}

}  // namespace

std::string checked_config(Host& host, const plugin::LoadedConnector& connector, std::string_view config,
                           const Place& place) {
  const json::Schema schema(connector.info.config_schema, "the configuration schema of " + connector.info.name);
  const json::Document given = json::Document::parse(std::string(config), "the configuration");
  for (const std::string& pointer : schema.secret_pointers()) {
    const json::Node* secret = given.find(pointer);
    if (secret != nullptr && !secret->is_object() && !secret->is_array()) host.secrets().add(secret->text);
  }
  if (!given.root().is_object()) throw place({.pointer = "", .message = "expected an object of settings"});
  std::string filled = schema.with_defaults(without_absent(given.root(), schema));
  throw_violations(schema.check(json::Document::parse(filled).root()), place);
  return filled;
}

std::string checked_options(const protocol::Adapter& adapter, std::string_view options, const Place& place) {
  const json::Schema schema(adapter.options_schema(), "the options schema of " + adapter.name());
  const json::Document given = json::Document::parse(std::string(options), "the output's options");
  std::string filled = schema.with_defaults(given.text());
  std::vector<json::Violation> violations = schema.check(json::Document::parse(filled).root());
  const std::vector<std::string> known = schema.property_names("");
  for (std::uint64_t i = 0; i < given.root().count; ++i) {
    const std::string key(given.root().keys[i]);
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const bool told = std::any_of(violations.begin(), violations.end(),
                                  [&](const json::Violation& violation) { return violation.pointer == "/" + key; });
    if (told) continue;
    std::string message = "unknown option '" + key + "' of the output " + adapter.name();
    if (const auto near = nearest(key, known)) message += ", did you mean '" + *near + "'?";
    violations.push_back({"/" + key, message, true});
  }
  throw_violations(violations, place);
  return filled;
}

http::Settings settings_of(const plugin::LoadedConnector& connector, std::string_view operators, const Place& place) {
  http::Settings settings;
  try {
    if (!connector.info.http.empty()) {
      const json::Document own = json::Document::parse(connector.info.http, "the http text of " + connector.info.name);
      http::overlay(settings, &own.root());
      settings.max_attempts_given = false;  // a connector's default, not an operator's wish
    }
  } catch (const http::SettingsError& error) {
    throw Error(Kind::plugin,
                "the http text of connector " + connector.info.name + ", " + error.pointer + ": " + error.message);
  }
  try {
    if (!operators.empty()) {
      const json::Document theirs = json::Document::parse(std::string(operators), "http");
      http::overlay(settings, &theirs.root());
    }
  } catch (const http::SettingsError& error) {
    throw place({.pointer = error.pointer, .message = error.message, .unknown = error.unknown});
  }
  return settings;
}

http::Settings short_of_patience(http::Settings settings) {
  using std::chrono::milliseconds;
  settings.max_attempts = std::min(settings.max_attempts, 2);
  settings.max_failing = std::min(settings.max_failing, milliseconds(30'000));
  settings.max_throttled = std::min(settings.max_throttled, milliseconds(30'000));
  settings.max_retry_after = std::min(settings.max_retry_after, milliseconds(30'000));
  settings.first_byte_timeout = std::min(settings.first_byte_timeout, milliseconds(30'000));
  settings.silence_timeout = std::min(settings.silence_timeout, milliseconds(30'000));
  const milliseconds total = settings.total_timeout.count() > 0 ? settings.total_timeout : milliseconds(30'000);
  settings.total_timeout = std::min(total, milliseconds(30'000));
  return settings;
}

}  // namespace integ::cli
