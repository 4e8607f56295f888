// Bookmarks: what a stream has emitted up to, as JSON objects that only the connector understands.
// Plain data.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace integ {

struct StreamId {
  std::string name;
  std::string name_space;
  auto operator<=>(const StreamId&) const = default;
};

// JSON text by stream. A stream that is absent, or whose text is "null", has no state.
// A sliced stream's is {"shared": S, "slices": {KEY: {...}}}.
struct State {
  std::map<StreamId, std::string> streams;
};

// Whether there is anything in a stream's or a slice's state that a run could go on from.
inline bool says_something(std::string_view state) { return !state.empty() && state != "null" && state != "{}"; }

}  // namespace integ
