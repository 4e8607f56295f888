// What is to be read: streams with the choices a user made. Plain data.
#pragma once

#include "model/state.hpp"
#include "model/stream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace integ {

enum class SyncMode { full_refresh, incremental };
enum class DestinationMode { append, overwrite, append_dedup, overwrite_dedup };

inline std::string_view name_of(SyncMode mode) noexcept {
  return mode == SyncMode::incremental ? "incremental" : "full_refresh";
}

// As Airbyte's protocol has them.
inline std::string_view name_of(DestinationMode mode) noexcept {
  switch (mode) {
    case DestinationMode::overwrite:
      return "overwrite";
    case DestinationMode::append_dedup:
      return "append_dedup";
    case DestinationMode::overwrite_dedup:
      return "overwrite_dedup";
    case DestinationMode::append:
      break;
  }
  return "append";
}

// The choices for one stream. `fields` are JSON pointers of properties ("/name", "/address/city");
// absent: all of them. Keys and cursors are always kept, whoever made the selection put them in.
struct Selection {
  SyncMode sync_mode = SyncMode::full_refresh;
  DestinationMode destination_mode = DestinationMode::append;
  std::vector<std::string> cursor_field;              // a path
  std::vector<std::vector<std::string>> primary_key;  // paths
  std::optional<std::vector<std::string>> fields;
  std::optional<std::int64_t> generation_id;
  std::optional<std::int64_t> minimum_generation_id;
  std::optional<std::int64_t> sync_id;
  bool resumes = false;  // the run goes on from a stored state: outputs append rather than replace
};

struct SelectedStream {
  Stream stream;
  Selection selection;
};

// In the order in which the streams are to begin.
struct Catalog {
  std::vector<SelectedStream> streams;
  std::vector<StreamId> unknown;  // asked for, but the connector has no such stream
};

}  // namespace integ
