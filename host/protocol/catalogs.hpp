// Catalogues and states as the platforms hand them in. Pure functions from text to Catalog and State.
//
// Errors are of kind config and name the file (`name`) and what was expected.
#pragma once

#include "model/catalog.hpp"
#include "model/state.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace integ::protocol {

// How a stream is read, and what its destination is to do with the records: replaced by a full refresh, else one a key
// where there is a key.
void set_mode(const Stream& stream, Selection& selection, SyncMode mode);
// Every stream, all fields; incremental where it can be.
Catalog everything(const std::vector<Stream>& streams);

// Airbyte: the configured catalogue; its streams alone, unknown ones in Catalog::unknown.
Catalog airbyte_catalog(std::string_view text, std::string_view name, const std::vector<Stream>& streams);
// A list of STREAM or GLOBAL states, or several lines of them, or the LEGACY object {stream: state}, with their types
// or without, as the protocol or as the platform's API names their members; empty text, [] and {}: none.
State airbyte_state(std::string_view text, std::string_view name, const std::vector<Stream>& streams);

// Singer: selection by metadata, also the old `selected` spellings; a stream that is absent is skipped.
Catalog singer_catalog(std::string_view text, std::string_view name, const std::vector<Stream>& streams);

// Singer's state is one value for all streams: bookmarks by tap_stream_id, the rest kept as it came.
struct SingerState {
  State state;
  std::string currently_syncing;
  std::string value;      // the incoming value, verbatim, or "{}"
  std::string warning{};  // of a state that is none; "": nothing
};
SingerState singer_state(std::string_view text, std::string_view name, const std::vector<Stream>& streams);

// Pointers of keys and cursors, which stay whatever is selected; adds them to `selection.fields`.
void keep_keys(const Stream& stream, Selection& selection);

}  // namespace integ::protocol
