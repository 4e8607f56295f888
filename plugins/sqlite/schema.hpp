// What the JSON texts about a stream mean for its table: its schema, its catalogue entry, its states, its status.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace integ_sqlite {

// A top-level property. Its column is TEXT when nothing but texts, objects and arrays (and null) can be in it;
// else ANY, for INTEGER affinity would turn 18446744073709551617 into 1.8e19, and REAL 1e400 into Inf.
struct Property {
  std::string name;
  bool text = false;
  bool boolean = true;  // true and false may be kept as 1 and 0
};

// In the schema's order; empty for a schema without properties. Throws INTEG_E_ARGUMENT for text that isn't JSON.
std::vector<Property> properties_of(std::string_view json_schema);

// How this run of the stream is meant.
struct Entry {
  bool incremental = false;
  bool resumes = false;  // it goes on from a state: what is in the table stays
};
Entry entry_of(std::string_view json);

// A state that a run can go on from: neither null nor {} nor the mark of a full refresh that has ended.
bool says_something(std::string_view state);

// An event of INTEG_EVENT_STREAM_STATUS; empty texts where it lacks a member.
struct StreamStatus {
  std::string stream;
  std::string name_space;
  std::string status;
};
StreamStatus status_of(std::string_view json);

}  // namespace integ_sqlite
