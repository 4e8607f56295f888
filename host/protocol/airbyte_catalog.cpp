// The configured catalogue of Airbyte's `read`.
#include "protocol/catalogs.hpp"
#include "protocol/read_json.hpp"
#include "protocol/stream_names.hpp"

#include <set>

namespace integ::protocol {
namespace {

using json::Node;

std::string place(std::uint64_t index) { return "/streams/" + std::to_string(index); }

std::optional<std::int64_t> integer(const Node& entry, std::string_view key) {
  const Node* value = present(entry, key);
  if (value == nullptr || value->type != json::Type::integer) return std::nullopt;
  return value->integer;
}

// ["a", "b"], or "a" as people write it.
std::vector<std::string> path_in(const Node& value, std::string_view name, const std::string& where) {
  std::vector<std::string> path;
  if (value.is_string()) return {std::string(value.text)};
  if (!value.is_array()) refuse(name, where + ": expected a list of names");
  for (std::uint64_t i = 0; i < value.count; ++i) {
    if (!value.items[i].is_string()) refuse(name, where + ": expected a list of names");
    path.emplace_back(value.items[i].text);
  }
  return path;
}

SyncMode sync_mode(const Node& entry, const Stream& stream, std::string_view name, const std::string& where) {
  const Node* value = present(entry, "sync_mode");
  if (value == nullptr || value->text == "full_refresh") return SyncMode::full_refresh;
  if (value->text != "incremental") {
    refuse(name, where + "/sync_mode: expected full_refresh or incremental");
  }
  // Asked for more than the stream can do (its catalogue is of another version): all of it is never too little.
  return stream.incremental ? SyncMode::incremental : SyncMode::full_refresh;
}

DestinationMode destination_mode(const Node& entry) {
  const std::string_view mode = entry.string("destination_sync_mode");
  if (mode == "overwrite") return DestinationMode::overwrite;
  if (mode == "overwrite_dedup") return DestinationMode::overwrite_dedup;
  if (mode == "append_dedup" || mode == "update" || mode == "soft_delete") return DestinationMode::append_dedup;
  return DestinationMode::append;  // the destination knows the words of later protocols; we need none of them
}

Selection selection_of(const Node& entry, const Stream& stream, std::string_view name, const std::string& where) {
  Selection selection;
  selection.sync_mode = sync_mode(entry, stream, name, where);
  selection.destination_mode = destination_mode(entry);
  if (const Node* cursor = present(entry, "cursor_field"); cursor != nullptr) {
    selection.cursor_field = path_in(*cursor, name, where + "/cursor_field");
  }
  if (const Node* keys = present(entry, "primary_key"); keys != nullptr) {
    if (!keys->is_array()) refuse(name, where + "/primary_key: expected a list of paths");
    for (std::uint64_t i = 0; i < keys->count; ++i) {
      selection.primary_key.push_back(path_in(keys->items[i], name, where + "/primary_key/" + std::to_string(i)));
    }
  }
  selection.generation_id = integer(entry, "generation_id");
  selection.minimum_generation_id = integer(entry, "minimum_generation_id");
  selection.sync_id = integer(entry, "sync_id");
  return selection;
}

}  // namespace

Catalog airbyte_catalog(std::string_view text, std::string_view name, const std::vector<Stream>& streams) {
  const json::Document document = read_json(text, name, R"(a configured catalogue {"streams": [...]})");
  const Node* entries = present(document.root(), "streams");
  if (entries == nullptr || !entries->is_array()) {
    refuse(name, R"(expected a configured catalogue {"streams": [...]})");
  }
  Catalog catalog;
  std::set<StreamId> seen;
  for (std::uint64_t i = 0; i < entries->count; ++i) {
    const Node& entry = entries->items[i];
    const Node* stream = present(entry, "stream");
    const Node* stream_name = stream == nullptr ? nullptr : present(*stream, "name");
    if (stream_name == nullptr || !stream_name->is_string()) {
      refuse(name, place(i) + R"(: expected {"stream": {"name": ...}, "sync_mode": ...})");
    }
    const std::string_view name_space = stream->string("namespace");
    const Stream* found = find_stream(streams, stream_name->text, name_space);
    if (found == nullptr) {
      catalog.unknown.push_back({std::string(stream_name->text), std::string(name_space)});
    } else if (seen.insert(id_of(*found)).second) {  // named twice, it is still read once
      catalog.streams.push_back({*found, selection_of(entry, *found, name, place(i))});
    }
  }
  return catalog;
}

}  // namespace integ::protocol
