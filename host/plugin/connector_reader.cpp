#include "plugin/foreign.hpp"
#include "plugin/readers.hpp"
#include "plugin/validity.hpp"

#include <set>
#include <utility>

namespace integ::plugin {
namespace {

// What a connector or an adapter without a schema says: it takes no settings.
constexpr const char* kNoSettings = R"({"type":"object","properties":{}})";

std::string read_settings_schema(integ_str from, std::string_view member, const std::string& owner) {
  std::string schema = text(from, member, owner);
  if (schema.empty()) return kNoSettings;
  parsed_object(schema, member, owner);
  return schema;
}

void read_texts(ConnectorInfo& info, const integ_connector& foreign, const std::string& owner) {
  info.version = text(foreign.version, "version", owner);
  check_version(info.version, owner);
  info.title = text(foreign.title, "title", owner);
  info.documentation_url = text(foreign.documentation_url, "documentation_url", owner);
  info.notes = text(foreign.notes, "notes", owner);
  info.license = text(foreign.license, "license", owner);
  info.config_schema = read_settings_schema(foreign.config_schema, "config_schema", owner);
  info.allowed_hosts = texts(foreign.allowed_hosts, foreign.allowed_hosts_count, "allowed_hosts", owner);
  for (const std::string& host : info.allowed_hosts) check_allowed_host(host, owner);
  info.http = text(foreign.http, "http", owner);
  if (!info.http.empty()) parsed_object(info.http, "http", owner);
  info.annotations = text(foreign.annotations, "annotations", owner);
  if (!info.annotations.empty()) parsed_object(info.annotations, "annotations", owner);
}

void read_streams(LoadedConnector& connector, const integ_connector& foreign, const std::string& owner) {
  check_array(foreign.streams, foreign.stream_count, "streams", owner);
  std::set<std::string> names;
  for (std::size_t i = 0; i < foreign.stream_count; ++i) {
    std::unique_ptr<LoadedStream> stream = read_stream(foreign.streams[i], owner);
    Stream& info = stream->info;
    if (!names.insert(info.name).second) broken(owner, "it has two streams named '" + info.name + "'");
    info.interleaved = !stream->has_runner;
    if (info.interleaved && !connector.has_interleaved) {
      broken(owner + ", stream '" + info.name + "'", "it has no runner, and the connector no `interleaved`");
    }
    connector.info.streams.push_back(info);
    connector.streams.push_back(std::move(stream));
  }
}

}  // namespace

std::unique_ptr<LoadedConnector> read_connector(const integ_connector* connector, const std::string& file) {
  const integ_connector foreign = copied(connector, file + ": a connector");
  auto loaded = std::make_unique<LoadedConnector>();
  ConnectorInfo& info = loaded->info;
  info.name = text(foreign.name, "a connector's name", file);
  check_name(info.name, file + ": a connector");
  const std::string owner = file + ": connector '" + info.name + "'";
  check_flags(foreign.flags, INTEG_CONNECTOR_SERIAL, owner);
  info.serial = (foreign.flags & INTEG_CONNECTOR_SERIAL) != 0;
  read_texts(info, foreign, owner);

  loaded->self = foreign.self;
  loaded->discover = foreign.discover;
  loaded->authorize = foreign.authorize;
  if (foreign.dynamic != nullptr) {
    loaded->dynamic = copied(foreign.dynamic, owner + ", dynamic");
    loaded->has_dynamic = true;
  }
  if (foreign.interleaved != nullptr) {
    loaded->interleaved = copied(foreign.interleaved, owner + ", interleaved");
    loaded->has_interleaved = true;
  }
  info.has_discover = foreign.discover != nullptr;
  info.has_authorize = foreign.authorize != nullptr;
  info.has_interleaved = loaded->has_interleaved;
  info.has_dynamic = loaded->has_dynamic;
  info.dynamic = shape_of(loaded->dynamic);
  if (info.has_discover && !loaded->has_dynamic) {
    broken(owner, "it has `discover` but no `dynamic` to run what that finds");
  }
  read_streams(*loaded, foreign, owner);
  if (loaded->streams.empty() && !info.has_discover) broken(owner, "it has neither streams nor `discover`");
  return loaded;
}

std::unique_ptr<LoadedAdapter> read_adapter(const integ_adapter* adapter, const std::string& file) {
  auto loaded = std::make_unique<LoadedAdapter>();
  integ_adapter& table = loaded->table;
  table = copied(adapter, file + ": an adapter");
  loaded->name = text(table.name, "an adapter's name", file);
  check_name(loaded->name, file + ": an adapter");
  const std::string owner = file + ": adapter '" + loaded->name + "'";
  check_flags(table.flags, INTEG_ADAPTER_NO_SINK | INTEG_ADAPTER_SELECTED_FIELDS, owner);
  loaded->version = text(table.version, "version", owner);
  check_version(loaded->version, owner);
  loaded->title = text(table.title, "title", owner);
  loaded->documentation_url = text(table.documentation_url, "documentation_url", owner);
  loaded->options_schema = read_settings_schema(table.options_schema, "options_schema", owner);
  const std::pair<const char*, bool> functions[] = {
      {"open", table.open != nullptr},   {"stream", table.stream != nullptr}, {"records", table.records != nullptr},
      {"state", table.state != nullptr}, {"event", table.event != nullptr},   {"flush", table.flush != nullptr},
      {"close", table.close != nullptr},
  };
  for (const auto& [name, there] : functions) {
    if (!there) broken(owner, "it has no `" + std::string(name) + "`");
  }
  table.name = view(loaded->name);
  table.version = view(loaded->version);
  table.title = view(loaded->title);
  table.documentation_url = view(loaded->documentation_url);
  table.options_schema = view(loaded->options_schema);
  return loaded;
}

}  // namespace integ::plugin
