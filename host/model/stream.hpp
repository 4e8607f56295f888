// What a connector offers: streams, their keys, and the description of the connector itself, as owned
// copies of what a plug-in's static descriptors said. Plain data; immutable once a run has begun.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace integ {

// A JSON pointer into the record and the order it sorts by (0 unsaid, +1 rising, -1 falling).
struct Key {
  std::string pointer;
  int order = 0;
};

// Which of a runner's functions there are, beside `run`.
struct RunnerShape {
  bool slices = false;
  bool check = false;
  bool finish = false;
};

struct Stream {
  std::string name;
  std::string name_space;   // empty: none
  std::string json_schema;  // JSON text of an object with `properties`
  std::vector<Key> primary_key;
  std::vector<Key> order_by;
  std::vector<Key> iterate_by;  // the cursor
  bool incremental = false;
  bool custom_primary_key = false;
  bool custom_order_by = false;
  bool custom_iterate_by = false;
  bool resumable = false;    // a full refresh goes on from its state, too
  bool interleaved = false;  // has no runner of its own: the connector's interleaved run feeds it
  bool discovered = false;   // not static: add_stream said it
  RunnerShape runner;        // of its own; a discovered stream's is the connector's `dynamic`
  std::string data;          // JSON of the connector's own, or empty
  std::string annotations;   // JSON by adapter, or empty
};

// What a catalogue or `integ describe` says of a connector.
struct ConnectorInfo {
  std::string name;
  std::string version;
  std::string title;
  std::string documentation_url;
  std::string notes;
  std::string license;
  std::string config_schema;  // JSON Schema, JSON text
  std::vector<std::string> allowed_hosts;
  std::vector<Stream> streams;
  std::string http;         // JSON in the grammar of a pipeline's `http:`, or empty
  std::string annotations;  // JSON by adapter, or empty
  bool serial = false;
  bool has_discover = false;
  bool has_authorize = false;
  bool has_interleaved = false;
  bool has_dynamic = false;
  RunnerShape dynamic;
};

}  // namespace integ
