// Selections that no file made, and the keys that every selection keeps.
#include "protocol/catalogs.hpp"
#include "protocol/pointers.hpp"

#include <algorithm>

namespace integ::protocol {

void set_mode(const Stream& stream, Selection& selection, SyncMode mode) {
  selection.sync_mode = mode;
  if (mode == SyncMode::full_refresh) {
    selection.destination_mode = DestinationMode::overwrite;
  } else {
    selection.destination_mode = stream.primary_key.empty() ? DestinationMode::append : DestinationMode::append_dedup;
  }
}

Catalog everything(const std::vector<Stream>& streams) {
  Catalog catalog;
  for (const Stream& stream : streams) {
    Selection selection;
    set_mode(stream, selection, stream.incremental ? SyncMode::incremental : SyncMode::full_refresh);
    catalog.streams.push_back({stream, std::move(selection)});
  }
  return catalog;
}

void keep_keys(const Stream& stream, Selection& selection) {
  if (!selection.fields) return;
  const auto keep = [&](const std::string& pointer) {
    const bool kept = std::any_of(selection.fields->begin(), selection.fields->end(),
                                  [&](const std::string& field) { return within(pointer, field); });
    if (!kept && !pointer.empty()) selection.fields->push_back(pointer);
  };
  for (const Key& key : stream.primary_key) keep(key.pointer);
  for (const Key& key : stream.iterate_by) keep(key.pointer);
  for (const auto& path : selection.primary_key) keep(pointer_of(path));
  keep(pointer_of(selection.cursor_field));
}

}  // namespace integ::protocol
