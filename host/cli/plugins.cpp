// `integ plugins` and `integ describe NAME`: what is there, and why others were passed over.
#include "base/text.hpp"
#include "cli/print.hpp"
#include "cli/verbs.hpp"
#include "json/text.hpp"
#include "plugin/find.hpp"
#include "protocol/builtin.hpp"
#include "protocol/events.hpp"
#include "sync/discover.hpp"

namespace integ::cli {
namespace {

std::string keys_text(const std::vector<Key>& keys) {
  std::string out;
  for (const Key& key : keys) {
    out += (out.empty() ? "" : ", ") + key.pointer + (key.order < 0 ? " falling" : "");
  }
  return out;
}

std::string listing_json(const plugin::Listing& listing) {
  std::string out;
  json::ObjectWriter writer(out);
  writer.text("file", listing.path);
  if (!listing.refused.empty()) writer.text("refused", listing.refused);
  if (!listing.warnings.empty()) writer.raw("warnings", json::string_array(listing.warnings));
  std::string connectors = "[";
  for (const ConnectorInfo& info : listing.connectors) {
    std::vector<std::string> streams;
    for (const Stream& stream : info.streams) streams.push_back(stream.name);
    if (connectors.size() > 1) connectors += ',';
    json::ObjectWriter one(connectors);
    one.text("name", info.name)
        .text("version", info.version)
        .text("title", info.title)
        .raw("streams", json::string_array(streams));
    one.close();
  }
  std::string adapters = "[";
  for (const plugin::AdapterInfo& info : listing.adapters) {
    if (adapters.size() > 1) adapters += ',';
    json::ObjectWriter one(adapters);
    one.text("name", info.name).text("version", info.version).text("title", info.title);
    one.close();
  }
  writer.raw("connectors", connectors + "]").raw("adapters", adapters + "]");
  writer.close();
  return out;
}

std::string listing_text(const plugin::Listing& listing) {
  std::string out = listing.path + "\n";
  if (!listing.refused.empty()) out += "  passed over: " + listing.refused + "\n";
  for (const std::string& warning : listing.warnings) out += "  warning: " + warning + "\n";
  for (const ConnectorInfo& info : listing.connectors) {
    std::vector<std::string> streams;
    for (const Stream& stream : info.streams) streams.push_back(stream.name);
    out += "  connector " + info.name + " " + info.version + (info.title.empty() ? "" : ", " + info.title) + "\n";
    out += "    streams: " + (streams.empty() ? "known when it runs" : listed(streams)) + "\n";
  }
  for (const plugin::AdapterInfo& info : listing.adapters) {
    out += "  adapter " + info.name + " " + info.version + (info.title.empty() ? "" : ", " + info.title) + "\n";
  }
  return out;
}

}  // namespace

int plugins(Host& host, bool json) {
  const plugin::Registry& registry = host.registry(true);
  if (json) {
    std::string out = "{\"folders\":" + json::string_array(registry.folders()) + ",\"plugins\":[";
    bool first = true;
    for (const plugin::Listing& listing : registry.listings()) {
      if (!first) out += ',';
      first = false;
      out += listing_json(listing);
    }
    print(out + "]}\n");
    return 0;
  }
  for (const plugin::Listing& listing : registry.listings()) print(listing_text(listing));
  print("built in\n  adapters " + listed(protocol::builtin_adapter_names()) +
        "\nfolders, in this order: " + listed(registry.folders()) + "\n");
  return 0;
}

int describe(Host& host, const std::string& connector, bool json) {
  try {
    const ConnectorHandle handle = host.described(connector);
    const ConnectorInfo& info = handle.connector->info;
    const std::vector<Stream> streams = sync::all_streams(*handle.connector, {});
    if (json) {
      print("{\"spec\":" + protocol::spec_json(info) + ",\"catalog\":" + protocol::catalog_json(streams) + "}\n");
      return 0;
    }
    std::string out = info.name + " " + info.version + (info.title.empty() ? "" : ", " + info.title) + "\n";
    if (!info.documentation_url.empty()) out += "documentation: " + info.documentation_url + "\n";
    out += "file: " + handle.plugin->path + "\n";
    out += "may talk to: " + (info.allowed_hosts.empty() ? "nobody" : listed(info.allowed_hosts)) + "\n";
    out += "configuration: " + info.config_schema + "\n";
    for (const Stream& stream : streams) {
      out += "stream " + stream.name + (stream.name_space.empty() ? "" : " in " + stream.name_space) +
             (stream.incremental ? ", incremental" : ", full refresh") + (stream.resumable ? ", resumable" : "") + "\n";
      if (!stream.primary_key.empty()) out += "  primary key: " + keys_text(stream.primary_key) + "\n";
      if (!stream.iterate_by.empty()) out += "  cursor: " + keys_text(stream.iterate_by) + "\n";
      if (!stream.order_by.empty()) out += "  ordered by: " + keys_text(stream.order_by) + "\n";
      out += "  schema: " + stream.json_schema + "\n";
    }
    if (info.has_discover) out += "further streams are known when it runs: integ discover FILE\n";
    print(out);
    return 0;
  } catch (const Error& error) {
    host.complain(error);
    return error.kind() == Kind::config ? 2 : 1;
  }
}

}  // namespace integ::cli
