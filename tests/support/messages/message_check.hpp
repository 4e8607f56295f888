// Whether lines are what a platform may be given: every line against our own JSON Schemas of the two protocols'
// messages (airbyte_message.schema.json, singer_message.schema.json), and the order that they have to come in.
//
//   for (const std::string& fault : support::airbyte_run_faults(run.out, {})) ADD_FAILURE() << fault;
//
// RapidJSON says what is JSON; the schemas are held against it by valijson. Faults name the line, cut short.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace support {

// Each line a message of Airbyte's, whatever its place.
std::vector<std::string> airbyte_line_faults(std::string_view lines);

// How the run ended that wrote the lines.
struct RunEnd {
  bool complete = true;     // it succeeded: every stream has come to its end
  bool torn = false;        // it was killed, whatever it did: the last line may be half a line
  bool records_fit = true;  // Singer: records are as the SCHEMA says
};

// All that a source printed: also statuses, records, states and counts of each stream in their order.
std::vector<std::string> airbyte_run_faults(std::string_view lines, const RunEnd& end);
// All that a tap printed: also SCHEMA before RECORD, each RECORD as its SCHEMA says, a STATE behind all.
std::vector<std::string> singer_run_faults(std::string_view lines, const RunEnd& end);
// A configured catalogue, as a platform hands it to `read`.
std::vector<std::string> configured_catalog_faults(std::string_view json);

// A line of JSON by its grammar, by another reader than the host's: 1e400 and half a surrogate pair are.
bool is_json(std::string_view text);

}  // namespace support
