#include "protocol/singer_discovery.hpp"

#include "json/text.hpp"
#include "protocol/pointers.hpp"
#include "protocol/singer_fields.hpp"
#include "protocol/singer_schema.hpp"
#include "protocol/stream_names.hpp"

#include <algorithm>

namespace integ::protocol {
namespace {

using json::Node;
using json::ObjectWriter;

std::vector<std::string> pointers(const Node& stream, std::string_view key) {
  std::vector<std::string> out;
  const Node* keys = stream.member(key);
  for (std::uint64_t i = 0; keys != nullptr && i < keys->count; ++i) {
    out.emplace_back(keys->items[i].string("pointer"));
  }
  return out;
}

// Singer knows top-level names alone. Of a key with a part below them nothing is told: a part of a key would
// make targets take different records for the same.
std::vector<std::string> top_level_key(const std::vector<std::string>& of_pointers) {
  std::vector<std::string> names;
  for (const std::string& pointer : of_pointers) {
    auto name = top_level_name(pointer);
    if (!name) return {};
    names.push_back(std::move(*name));
  }
  return names;
}

std::vector<std::string> top_level_names(const std::vector<std::string>& of_pointers) {
  std::vector<std::string> names;
  for (const std::string& pointer : of_pointers) {
    if (auto name = top_level_name(pointer)) names.push_back(std::move(*name));
  }
  return names;
}

class Metadata {
 public:
  void add(const std::vector<std::string>& breadcrumb, const std::string& metadata) {
    out_ += out_.size() > 1 ? "," : "";
    ObjectWriter(out_).raw("breadcrumb", json::string_array(breadcrumb)).raw("metadata", metadata).close();
  }
  void add(const std::vector<Property>& properties, const std::vector<std::string>& automatic) {
    for (const Property& property : properties) {
      // The parents of a key stay with it.
      const bool is_key = std::any_of(automatic.begin(), automatic.end(),
                                      [&](const std::string& key) { return within(key, property.pointer); });
      add(property.breadcrumb,
          is_key ? R"({"inclusion":"automatic"})" : R"({"inclusion":"available","selected-by-default":true})");
      add(property.below, automatic);
    }
  }
  std::string text() { return out_ + "]"; }

 private:
  std::string out_ = "[";
};

std::string of_stream(const Node& stream, const std::vector<std::string>& key,
                      const std::vector<std::string>& cursors) {
  const Node* incremental = stream.member("incremental");
  const bool is_incremental = incremental != nullptr && incremental->boolean;
  std::string out;
  ObjectWriter object(out);
  object.text("inclusion", "available")
      .boolean("selected-by-default", true)
      .raw("table-key-properties", json::string_array(key))
      .raw("valid-replication-keys", json::string_array(cursors));
  // INCREMENTAL wants a key in Singer; a stream that goes on by a state of its own has none to name, and FULL_TABLE
  // would take that from it. Where nothing is forced, the tap does what it can.
  if (!is_incremental) object.text("forced-replication-method", "FULL_TABLE");
  if (is_incremental && !cursors.empty()) {
    object.text("forced-replication-method", "INCREMENTAL").text("replication-key", cursors.front());
  }
  if (const auto name_space = stream.string("namespace"); !name_space.empty()) object.text("schema-name", name_space);
  object.close();
  return out;
}

void entry(std::string& out, const Node& stream) {
  const Node* schema = stream.member("json_schema");
  const std::string resolved = singer_schema(schema == nullptr ? "{}" : schema->text);
  const json::Document document = json::Document::parse(resolved, "json_schema");

  const std::vector<std::string> key_pointers = pointers(stream, "primary_key");
  const std::vector<std::string> cursor_pointers = pointers(stream, "iterate_by");
  std::vector<std::string> automatic = key_pointers;
  automatic.insert(automatic.end(), cursor_pointers.begin(), cursor_pointers.end());
  const std::vector<std::string> key = top_level_key(key_pointers);

  Metadata metadata;
  metadata.add({}, of_stream(stream, key, top_level_names(cursor_pointers)));
  metadata.add(properties_of(document.root()), automatic);

  const std::string id = singer_id(stream.string("name"), stream.string("namespace"));
  ObjectWriter(out)
      .text("tap_stream_id", id)
      .text("stream", id)
      .raw("schema", resolved)
      .raw("key_properties", json::string_array(key))
      .raw("metadata", metadata.text())
      .close();
}

}  // namespace

std::string singer_discovery(const Node& catalog) {
  const Node* streams = catalog.member("streams");
  std::string out = R"({"streams":[)";
  for (std::uint64_t i = 0; streams != nullptr && i < streams->count; ++i) {
    if (i > 0) out += ',';
    entry(out, streams->items[i]);
  }
  return out += "]}\n";
}

}  // namespace integ::protocol
