// What a Singer catalogue selects: by metadata, and by the two spellings of `selected` before it.
//
// A stream or property is, by the first rule that applies: not selected when its parent is not or its
// inclusion is unsupported; selected when its inclusion is automatic; what `selected` says; what
// `selected-by-default` says; what its parent is. A stream that the catalogue does not name is not read.
#include "base/text.hpp"
#include "protocol/catalogs.hpp"
#include "protocol/pointers.hpp"
#include "protocol/read_json.hpp"
#include "protocol/singer_fields.hpp"
#include "protocol/singer_schema.hpp"
#include "protocol/stream_names.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace integ::protocol {
namespace {

using json::Node;

constexpr std::string_view kWanted = R"(a catalogue {"streams": [...]})";

// The metadata of one entry by breadcrumb, "" for the stream's own.
class Metadata {
 public:
  Metadata(const Node& entry, std::string_view name, const std::string& where) {
    const Node* list = present(entry, "metadata");
    if (list == nullptr) return;
    if (!list->is_array()) refuse(name, where + "/metadata: expected a list");
    for (std::uint64_t i = 0; i < list->count; ++i) {
      const Node* metadata = present(list->items[i], "metadata");
      const Node* breadcrumb = present(list->items[i], "breadcrumb");
      if (metadata == nullptr || !metadata->is_object()) continue;
      by_pointer_[breadcrumb == nullptr ? "" : pointer_of_breadcrumb(*breadcrumb)] = metadata;
    }
  }

  const Node* at(const std::vector<std::string>& breadcrumb) const {
    const auto found = by_pointer_.find(pointer_of(breadcrumb));
    return found == by_pointer_.end() ? nullptr : found->second;
  }

 private:
  static std::string pointer_of_breadcrumb(const Node& breadcrumb) {
    std::vector<std::string> path;
    for (std::uint64_t i = 0; breadcrumb.is_array() && i < breadcrumb.count; ++i) {
      path.emplace_back(breadcrumb.items[i].text);
    }
    return pointer_of(path);
  }

  std::map<std::string, const Node*> by_pointer_;
};

// `legacy` holds `selected` and `inclusion` of the time before metadata: an entry, or a schema.
bool is_selected(const Node* metadata, std::initializer_list<const Node*> legacy, bool parent) {
  const auto member = [&](std::string_view key) -> const Node* {
    if (metadata != nullptr) {
      if (const Node* found = present(*metadata, key); found != nullptr) return found;
    }
    for (const Node* place : legacy) {
      const Node* found = place == nullptr ? nullptr : present(*place, key);
      if (found != nullptr) return found;
    }
    return nullptr;
  };
  if (!parent) return false;
  if (const Node* inclusion = member("inclusion"); inclusion != nullptr) {
    if (inclusion->text == "unsupported") return false;
    if (inclusion->text == "automatic") return true;
  }
  return truth(member("selected"), truth(member("selected-by-default"), parent));
}

// The schema that the catalogue holds for a property, where it may say `selected`.
const Node* schema_at(const Node* schema, const std::vector<std::string>& breadcrumb) {
  for (const std::string& step : breadcrumb) {
    if (schema == nullptr) return nullptr;
    schema = present(*schema, step);
  }
  return schema;
}

class Fields {
 public:
  Fields(const Metadata& metadata, const Node* schema) : metadata_(metadata), schema_(schema) {}

  // Adds what is selected to `kept`: a property whole where all below it is, else its parts. True when all is.
  bool choose(const std::vector<Property>& properties, bool parent, std::vector<std::string>& kept) const {
    bool all = true;
    for (const Property& property : properties) {
      const bool selected =
          is_selected(metadata_.at(property.breadcrumb), {schema_at(schema_, property.breadcrumb)}, parent);
      std::vector<std::string> parts;
      if (selected && choose(property.below, true, parts)) {
        kept.push_back(property.pointer);
      } else {
        all = false;
        kept.insert(kept.end(), parts.begin(), parts.end());
      }
    }
    return all;
  }

 private:
  const Metadata& metadata_;
  const Node* schema_;
};

std::string_view string_of(const Node* metadata, const Node& entry, std::string_view key, std::string_view old_key) {
  if (metadata != nullptr && !metadata->string(key).empty()) return metadata->string(key);
  return entry.string(old_key);
}

SyncMode sync_mode(const Node* metadata, const Node& entry, const Stream& stream, std::string_view name,
                   const std::string& where) {
  const SyncMode best = stream.incremental ? SyncMode::incremental : SyncMode::full_refresh;
  std::string_view method = string_of(metadata, entry, "replication-method", "replication_method");
  if (method.empty() && metadata != nullptr) method = metadata->string("forced-replication-method");
  if (method.empty()) return best;
  if (equal_ignoring_case(method, "FULL_TABLE")) return SyncMode::full_refresh;
  // More than the stream can do is read whole: all of it is never too little.
  if (equal_ignoring_case(method, "INCREMENTAL") || equal_ignoring_case(method, "LOG_BASED")) return best;
  refuse(name, where + ": replication-method " + std::string(method) + ", expected FULL_TABLE or INCREMENTAL");
}

// What the catalogue has for the stream's own keys: a list of names, [] for none, by which people get tables that are
// only added to. A name that the schema lacks would stop every target at its SCHEMA.
std::optional<std::vector<std::string>> chosen_keys(const Node* metadata, const Stream& stream,
                                                    const std::vector<Property>& properties, std::string_view name,
                                                    const std::string& where) {
  const Node* keys = metadata == nullptr ? nullptr : present(*metadata, "table-key-properties");
  if (keys == nullptr) return std::nullopt;
  const auto wrong = [&](const std::string& message) { refuse(name, where + ": table-key-properties: " + message); };
  if (!keys->is_array()) wrong("expected a list of names");
  std::vector<std::string> known;
  known.reserve(properties.size());
  for (const Property& property : properties) known.push_back(property.breadcrumb.back());
  for (const Key& own : stream.primary_key) {  // discovery has told them, whatever the schema says
    if (auto key = top_level_name(own.pointer); key && std::ranges::find(known, *key) == known.end()) {
      known.push_back(std::move(*key));
    }
  }
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < keys->count; ++i) {
    const Node& key = keys->items[i];
    if (!key.is_string()) wrong("expected a list of names");
    if (std::ranges::find(known, key.text) == known.end()) {
      std::string message = "the schema has no property '" + sanitised(key.text, 80) + "'";
      if (const auto near = nearest(key.text, known)) message += ", did you mean '" + *near + "'?";
      wrong(message + (known.empty() ? "; it names none" : " It has " + listed(known)));
    }
    out.emplace_back(key.text);
  }
  return out;
}

SelectedStream selected(const Node& entry, const Metadata& metadata, const Stream& stream, std::string_view name,
                        const std::string& where) {
  const Node* own = metadata.at({});
  SelectedStream out{stream, {}};
  Selection& selection = out.selection;
  selection.sync_mode = sync_mode(own, entry, stream, name, where);
  if (stream.custom_iterate_by) {
    const std::string_view key = string_of(own, entry, "replication-key", "replication_key");
    if (!key.empty()) selection.cursor_field = {std::string(key)};
  }
  const json::Document schema = json::Document::parse(singer_schema(stream.json_schema), "json_schema");
  std::vector<std::string> kept;
  const std::vector<Property> properties = properties_of(schema.root());
  if (!Fields(metadata, present(entry, "schema")).choose(properties, true, kept)) selection.fields = std::move(kept);
  if (const auto keys = chosen_keys(own, stream, properties, name, where)) {
    for (const std::string& key : *keys) selection.primary_key.push_back({key});
    if (keys->empty()) out.stream.primary_key.clear();
  }
  keep_keys(stream, selection);
  return out;
}

}  // namespace

Catalog singer_catalog(std::string_view text, std::string_view name, const std::vector<Stream>& streams) {
  const json::Document document = read_json(text, name, kWanted);
  const Node* entries = present(document.root(), "streams");
  if (entries == nullptr || !entries->is_array()) refuse(name, "expected " + std::string(kWanted));
  Catalog catalog;
  std::set<StreamId> seen;
  for (std::uint64_t i = 0; i < entries->count; ++i) {
    const Node& entry = entries->items[i];
    const std::string where = "/streams/" + std::to_string(i);
    const Node* id = present(entry, "tap_stream_id");
    if (id == nullptr) id = present(entry, "stream");
    if (id == nullptr || !id->is_string())
      refuse(name, where + R"(: expected {"tap_stream_id": ..., "metadata": [...]})");
    const Metadata metadata(entry, name, where);
    if (!is_selected(metadata.at({}), {&entry, present(entry, "schema")}, true)) continue;
    const Stream* stream = find_singer_stream(streams, id->text);
    if (stream == nullptr) {
      catalog.unknown.push_back({std::string(id->text), {}});
    } else if (seen.insert(id_of(*stream)).second) {
      catalog.streams.push_back(selected(entry, metadata, *stream, name, where));
    }
  }
  return catalog;
}

}  // namespace integ::protocol
