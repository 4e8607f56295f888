#include "plugin/listing_json.hpp"

#include "base/error.hpp"
#include "json/text.hpp"

#include <string_view>
#include <vector>

namespace integ::plugin {
namespace {

template <typename T, typename Append>
std::string array_of(const std::vector<T>& values, Append append) {
  std::string out = "[";
  for (const T& value : values) {
    if (out.size() > 1) out += ',';
    append(out, value);
  }
  return out + "]";
}

void append_key(std::string& out, const Key& key) {
  json::ObjectWriter(out).text("pointer", key.pointer).number("order", key.order).close();
}

void append_stream(std::string& out, const Stream& stream) {
  json::ObjectWriter(out)
      .text("name", stream.name)
      .text("name_space", stream.name_space)
      .text("json_schema", stream.json_schema)
      .raw("primary_key", array_of(stream.primary_key, append_key))
      .raw("order_by", array_of(stream.order_by, append_key))
      .raw("iterate_by", array_of(stream.iterate_by, append_key))
      .boolean("incremental", stream.incremental)
      .boolean("custom_primary_key", stream.custom_primary_key)
      .boolean("custom_order_by", stream.custom_order_by)
      .boolean("custom_iterate_by", stream.custom_iterate_by)
      .boolean("resumable", stream.resumable)
      .boolean("interleaved", stream.interleaved)
      .text("data", stream.data)
      .text("annotations", stream.annotations)
      .close();
}

void append_connector(std::string& out, const ConnectorInfo& info) {
  json::ObjectWriter(out)
      .text("name", info.name)
      .text("version", info.version)
      .text("title", info.title)
      .text("documentation_url", info.documentation_url)
      .text("notes", info.notes)
      .text("license", info.license)
      .text("config_schema", info.config_schema)
      .raw("allowed_hosts", json::string_array(info.allowed_hosts))
      .raw("streams", array_of(info.streams, append_stream))
      .text("http", info.http)
      .text("annotations", info.annotations)
      .boolean("serial", info.serial)
      .boolean("has_discover", info.has_discover)
      .boolean("has_authorize", info.has_authorize)
      .boolean("has_interleaved", info.has_interleaved)
      .close();
}

void append_adapter(std::string& out, const AdapterInfo& info) {
  json::ObjectWriter(out)
      .text("name", info.name)
      .text("version", info.version)
      .text("title", info.title)
      .text("documentation_url", info.documentation_url)
      .text("options_schema", info.options_schema)
      .boolean("no_sink", info.no_sink)
      .boolean("selected_fields", info.selected_fields)
      .close();
}

const json::Node& member(const json::Node& object, std::string_view key, json::Type type) {
  const json::Node* found = object.member(key);
  if (found == nullptr || found->type != type) {
    throw Error(Kind::malformed, "a plug-in listing has no fitting '" + std::string(key) + "'");
  }
  return *found;
}

std::string text(const json::Node& object, std::string_view key) {
  return std::string(member(object, key, json::Type::string).text);
}

bool boolean(const json::Node& object, std::string_view key) {
  return member(object, key, json::Type::boolean).boolean;
}

template <typename T, typename Read>
std::vector<T> each(const json::Node& object, std::string_view key, Read read) {
  const json::Node& array = member(object, key, json::Type::array);
  std::vector<T> values;
  values.reserve(array.count);
  for (std::uint64_t i = 0; i < array.count; ++i) values.push_back(read(array.items[i]));
  return values;
}

std::vector<std::string> strings(const json::Node& object, std::string_view key) {
  return each<std::string>(object, key, [](const json::Node& node) { return std::string(node.text); });
}

Key key_of(const json::Node& node) {
  return {text(node, "pointer"), static_cast<int>(member(node, "order", json::Type::integer).integer)};
}

Stream stream_of(const json::Node& node) {
  Stream stream;
  stream.name = text(node, "name");
  stream.name_space = text(node, "name_space");
  stream.json_schema = text(node, "json_schema");
  stream.primary_key = each<Key>(node, "primary_key", key_of);
  stream.order_by = each<Key>(node, "order_by", key_of);
  stream.iterate_by = each<Key>(node, "iterate_by", key_of);
  stream.incremental = boolean(node, "incremental");
  stream.custom_primary_key = boolean(node, "custom_primary_key");
  stream.custom_order_by = boolean(node, "custom_order_by");
  stream.custom_iterate_by = boolean(node, "custom_iterate_by");
  stream.resumable = boolean(node, "resumable");
  stream.interleaved = boolean(node, "interleaved");
  stream.data = text(node, "data");
  stream.annotations = text(node, "annotations");
  return stream;
}

ConnectorInfo connector_of(const json::Node& node) {
  ConnectorInfo info;
  info.name = text(node, "name");
  info.version = text(node, "version");
  info.title = text(node, "title");
  info.documentation_url = text(node, "documentation_url");
  info.notes = text(node, "notes");
  info.license = text(node, "license");
  info.config_schema = text(node, "config_schema");
  info.allowed_hosts = strings(node, "allowed_hosts");
  info.streams = each<Stream>(node, "streams", stream_of);
  info.http = text(node, "http");
  info.annotations = text(node, "annotations");
  info.serial = boolean(node, "serial");
  info.has_discover = boolean(node, "has_discover");
  info.has_authorize = boolean(node, "has_authorize");
  info.has_interleaved = boolean(node, "has_interleaved");
  return info;
}

AdapterInfo adapter_of(const json::Node& node) {
  AdapterInfo info;
  info.name = text(node, "name");
  info.version = text(node, "version");
  info.title = text(node, "title");
  info.documentation_url = text(node, "documentation_url");
  info.options_schema = text(node, "options_schema");
  info.no_sink = boolean(node, "no_sink");
  info.selected_fields = boolean(node, "selected_fields");
  return info;
}

}  // namespace

void append_listing(std::string& out, const Listing& listing) {
  json::ObjectWriter(out)
      .text("path", listing.path)
      .text("refused", listing.refused)
      .raw("warnings", json::string_array(listing.warnings))
      .raw("connectors", array_of(listing.connectors, append_connector))
      .raw("adapters", array_of(listing.adapters, append_adapter))
      .close();
}

Listing listing_of(const json::Node& node) {
  Listing listing;
  listing.path = text(node, "path");
  listing.refused = text(node, "refused");
  listing.warnings = strings(node, "warnings");
  listing.connectors = each<ConnectorInfo>(node, "connectors", connector_of);
  listing.adapters = each<AdapterInfo>(node, "adapters", adapter_of);
  return listing;
}

}  // namespace integ::plugin
