#include "protocol/airbyte_events.hpp"

#include "json/text.hpp"
#include "protocol/one_line.hpp"
#include "protocol/pointers.hpp"

#include <cctype>

namespace integ::protocol {
namespace {

using json::Node;
using json::ObjectWriter;

std::int64_t integer(const Node& event, std::string_view key) {
  const Node* value = event.member(key);
  return value == nullptr ? 0 : value->integer;
}

bool truth(const Node& event, std::string_view key) {
  const Node* value = event.member(key);
  return value != nullptr && value->boolean;
}

std::string_view raw(const Node& event, std::string_view key) {
  const Node* value = event.member(key);
  return value == nullptr ? std::string_view("{}") : value->text;
}

void text_if_any(ObjectWriter& out, std::string_view key, std::string_view value) {
  if (!value.empty()) out.text(key, value);
}

// What a plug-in's author says to Airbyte in particular replaces what we say.
std::string annotated(const std::string& object, const Node& event) {
  const Node* annotations = event.member("annotations");
  const Node* airbyte = annotations == nullptr ? nullptr : annotations->member("airbyte");
  return airbyte != nullptr && airbyte->is_object() ? json::merged(object, airbyte->text) : object;
}

std::string message(std::string_view type, std::string_view key, std::string_view body) {
  std::string storage;
  std::string out;
  ObjectWriter(out).text("type", type).raw(key, on_one_line(body, storage)).close();
  return out += '\n';
}

std::string trace(std::string_view type, const Node& event, std::string_view key, std::string_view body) {
  std::string out;
  ObjectWriter(out).text("type", type).number("emitted_at", integer(event, "emitted_at")).raw(key, body).close();
  return message("TRACE", "trace", out);
}

std::string spec(const Node& event) {
  std::string out;
  ObjectWriter object(out);
  object.text("protocol_version", "0.3.2");
  text_if_any(object, "documentationUrl", event.string("documentationUrl"));
  object.raw("connectionSpecification", raw(event, "connectionSpecification"))
      .boolean("supportsIncremental", truth(event, "supportsIncremental"))
      .close();
  return message("SPEC", "spec", annotated(out, event));
}

std::string connection_status(const Node& event) {
  std::string out;
  ObjectWriter object(out);
  object.text("status", event.string("status"));
  text_if_any(object, "message", event.string("message"));
  object.close();
  return message("CONNECTION_STATUS", "connectionStatus", out);
}

std::string catalog(const Node& event) {
  const Node* streams = event.member("streams");
  std::string out = R"({"streams":[)";
  for (std::uint64_t i = 0; streams != nullptr && i < streams->count; ++i) {
    if (i > 0) out += ',';
    out += airbyte_stream(streams->items[i]);
  }
  return message("CATALOG", "catalog", out + "]}");
}

std::string stream_status(const Node& event) {
  std::string out;
  ObjectWriter object(out);
  object.raw("stream_descriptor", stream_descriptor(event.string("stream"), event.string("namespace")))
      .text("status", event.string("status"));
  if (const Node* reset = event.member("quota_reset"); reset != nullptr) {
    object.raw("reasons",
               R"([{"type":"RATE_LIMITED","rate_limited":{"quota_reset":)" + std::to_string(reset->integer) + "}}]");
  }
  object.close();
  return trace("STREAM_STATUS", event, "stream_status", out);
}

std::string log(const Node& event) {
  std::string level(event.string("level"));
  for (char& c : level) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string text;
  if (const auto stream = event.string("stream"); !stream.empty()) text.append(stream).append(": ");
  text += event.string("message");
  std::string out;
  ObjectWriter(out).text("level", level).text("message", text).close();
  return message("LOG", "log", out);
}

std::string error(const Node& event) {
  std::string out;
  ObjectWriter object(out);
  object.text("message", event.string("message"));
  text_if_any(object, "internal_message", event.string("internal_message"));
  text_if_any(object, "failure_type", event.string("failure_type"));
  if (const auto stream = event.string("stream"); !stream.empty()) {
    object.raw("stream_descriptor", stream_descriptor(stream, event.string("namespace")));
  }
  object.close();
  return trace("ERROR", event, "error", out);
}

std::string estimate(const Node& event) {
  std::string out;
  ObjectWriter object(out);
  object.text("name", event.string("stream"));
  text_if_any(object, "namespace", event.string("namespace"));
  object.text("type", "STREAM");
  if (event.member("rows") != nullptr) object.number("row_estimate", integer(event, "rows"));
  if (event.member("bytes") != nullptr) object.number("byte_estimate", integer(event, "bytes"));
  object.close();
  return trace("ESTIMATE", event, "estimate", out);
}

std::string analytics(const Node& event) {
  std::string out;
  ObjectWriter(out).text("type", event.string("type")).text("value", event.string("value")).close();
  return trace("ANALYTICS", event, "analytics", out);
}

std::string control(const Node& event) {
  std::string config;
  ObjectWriter(config).raw("config", raw(event, "config")).close();
  std::string out;
  ObjectWriter(out)
      .text("type", "CONNECTOR_CONFIG")
      .number("emitted_at", integer(event, "emitted_at"))
      .raw("connectorConfig", config)
      .close();
  return message("CONTROL", "control", out);
}

}  // namespace

std::string airbyte_stream(const Node& stream) {
  const bool incremental = truth(stream, "incremental");
  std::string out;
  ObjectWriter object(out);
  object.text("name", stream.string("name"))
      .raw("json_schema", raw(stream, "json_schema"))
      .raw("supported_sync_modes", incremental ? R"(["full_refresh","incremental"])" : R"(["full_refresh"])");
  if (incremental) {
    object.boolean("source_defined_cursor", !truth(stream, "custom_iterate_by"));
    const Node* cursors = stream.member("iterate_by");
    if (cursors != nullptr && cursors->count > 0) {
      object.raw("default_cursor_field", json::string_array(path_of(cursors->items[0].string("pointer"))));
    }
  } else if (truth(stream, "resumable")) {
    object.boolean("source_defined_cursor", true);  // required beside is_resumable
  }
  // A key that the user may choose is not the source's to define; ours is then only a proposal, which
  // Airbyte has no word for.
  const Node* keys = stream.member("primary_key");
  if (keys != nullptr && keys->count > 0 && !truth(stream, "custom_primary_key")) {
    std::string paths = "[";
    for (std::uint64_t i = 0; i < keys->count; ++i) {
      if (i > 0) paths += ',';
      paths += json::string_array(path_of(keys->items[i].string("pointer")));
    }
    object.raw("source_defined_primary_key", paths + "]");
  }
  text_if_any(object, "namespace", stream.string("namespace"));
  object.boolean("is_resumable", incremental || truth(stream, "resumable")).close();
  return annotated(out, stream);
}

std::string stream_descriptor(std::string_view name, std::string_view name_space) {
  std::string out;
  ObjectWriter object(out);
  object.text("name", name);
  text_if_any(object, "namespace", name_space);
  object.close();
  return out;
}

std::string airbyte_message(Event kind, std::string_view json) {
  const json::Document document = json::Document::parse(std::string(json), "event");
  const Node& event = document.root();
  switch (kind) {
    case Event::spec:
      return spec(event);
    case Event::connection_status:
      return connection_status(event);
    case Event::catalog:
      return catalog(event);
    case Event::stream_status:
      return stream_status(event);
    case Event::log:
      return log(event);
    case Event::error:
      return error(event);
    case Event::estimate:
      return estimate(event);
    case Event::config:
      return control(event);
    case Event::analytics:
      return analytics(event);
  }
  throw Error(Kind::internal, "an event of unknown kind");
}

}  // namespace integ::protocol
