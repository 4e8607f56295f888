#include "protocol/events.hpp"

#include "json/text.hpp"
#include "protocol/pointers.hpp"

#include <algorithm>

namespace integ::protocol {
namespace {

using json::ObjectWriter;

std::string keys_json(const std::vector<Key>& keys) {
  std::string out = "[";
  for (const Key& key : keys) {
    if (out.size() > 1) out += ',';
    ObjectWriter(out).text("pointer", key.pointer).number("order", key.order).close();
  }
  return out += ']';
}

std::string_view or_empty_object(const std::string& json) { return json.empty() ? std::string_view("{}") : json; }

void name(ObjectWriter& out, const Stream& stream) {
  out.text("stream", stream.name);
  if (!stream.name_space.empty()) out.text("namespace", stream.name_space);
}

}  // namespace

std::string stream_json(const Stream& stream) {
  std::string out;
  ObjectWriter object(out);
  object.text("name", stream.name);
  if (!stream.name_space.empty()) object.text("namespace", stream.name_space);
  object.raw("json_schema", or_empty_object(stream.json_schema))
      .raw("primary_key", keys_json(stream.primary_key))
      .raw("order_by", keys_json(stream.order_by))
      .raw("iterate_by", keys_json(stream.iterate_by))
      .boolean("incremental", stream.incremental)
      .boolean("resumable", stream.resumable)
      .boolean("custom_primary_key", stream.custom_primary_key)
      .boolean("custom_iterate_by", stream.custom_iterate_by);
  if (!stream.annotations.empty()) object.raw("annotations", stream.annotations);
  object.close();
  return out;
}

std::string spec_json(const ConnectorInfo& connector) {
  const bool incremental = std::any_of(connector.streams.begin(), connector.streams.end(),
                                       [](const Stream& stream) { return stream.incremental; });
  std::string out;
  ObjectWriter object(out);
  object.raw("connectionSpecification", or_empty_object(connector.config_schema));
  if (!connector.documentation_url.empty()) object.text("documentationUrl", connector.documentation_url);
  object.boolean("supportsIncremental", incremental)
      .text("title", connector.title.empty() ? connector.name : connector.title)
      .text("version", connector.version);
  if (!connector.annotations.empty()) object.raw("annotations", connector.annotations);
  object.close();
  return out;
}

std::string catalog_json(const std::vector<Stream>& streams) {
  std::string out = R"({"streams":[)";
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (i > 0) out += ',';
    out += stream_json(streams[i]);
  }
  return out += "]}";
}

std::string connection_status_json(bool succeeded, std::string_view message) {
  std::string out;
  ObjectWriter object(out);
  object.text("status", succeeded ? "SUCCEEDED" : "FAILED");
  if (!message.empty()) object.text("message", message);
  object.close();
  return out;
}

std::string stream_status_json(const Stream& stream, std::string_view status, std::int64_t emitted_at_ms,
                               std::optional<std::int64_t> quota_reset_ms) {
  std::string out;
  ObjectWriter object(out);
  name(object, stream);
  object.text("status", status).number("emitted_at", emitted_at_ms);
  if (quota_reset_ms) object.number("quota_reset", *quota_reset_ms);
  object.close();
  return out;
}

std::string log_json(const LogLine& line) {
  std::string out;
  ObjectWriter object(out);
  object.text("level", name_of(line.level)).text("message", line.message);
  if (!line.stream.empty()) object.text("stream", line.stream);
  object.close();
  return out;
}

std::string error_json(const Error& error, std::string_view message, std::string_view name_space,
                       std::int64_t emitted_at_ms) {
  std::string internal = "kind " + std::string(name_of(error.kind()));
  if (error.http_status() != 0) internal += ", HTTP status " + std::to_string(error.http_status());
  if (!error.where().request.empty()) internal += ", " + error.where().request;
  if (!error.where().slice.empty()) internal += ", slice " + error.where().slice;

  std::string out;
  ObjectWriter object(out);
  object.text("message", message)
      .text("internal_message", internal)
      .text("kind", name_of(error.kind()))
      .text("failure_type", failure_type_of(error.kind()));
  if (!error.where().stream.empty()) {
    object.text("stream", error.where().stream);
    if (!name_space.empty()) object.text("namespace", name_space);
  }
  object.number("emitted_at", emitted_at_ms).close();
  return out;
}

std::string estimate_json(const Stream& stream, std::optional<std::int64_t> rows, std::optional<std::int64_t> bytes,
                          std::int64_t emitted_at_ms) {
  std::string out;
  ObjectWriter object(out);
  name(object, stream);
  if (rows) object.number("rows", *rows);
  if (bytes) object.number("bytes", *bytes);
  object.number("emitted_at", emitted_at_ms).close();
  return out;
}

std::string config_json(std::string_view config, std::int64_t emitted_at_ms) {
  std::string out;
  ObjectWriter(out).raw("config", config).number("emitted_at", emitted_at_ms).close();
  return out;
}

std::string analytics_json(std::string_view type, std::string_view value, std::int64_t emitted_at_ms) {
  std::string out;
  ObjectWriter(out).text("type", type).text("value", value).number("emitted_at", emitted_at_ms).close();
  return out;
}

std::string selection_json(const Selection& selection, std::string_view started_at) {
  std::string out;
  ObjectWriter object(out);
  object.text("sync_mode", name_of(selection.sync_mode))
      .text("destination_sync_mode", name_of(selection.destination_mode))
      .raw("cursor_field", json::string_array(selection.cursor_field))
      .raw("primary_key", paths_json(selection.primary_key));
  if (selection.fields) object.raw("fields", json::string_array(*selection.fields));
  if (selection.generation_id) object.number("generation_id", *selection.generation_id);
  if (selection.minimum_generation_id) object.number("minimum_generation_id", *selection.minimum_generation_id);
  if (selection.sync_id) object.number("sync_id", *selection.sync_id);
  object.boolean("resumes", selection.resumes).text("started_at", started_at).close();
  return out;
}

}  // namespace integ::protocol
