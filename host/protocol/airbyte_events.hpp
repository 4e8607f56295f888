// Events as the messages of Airbyte's protocol 0.3.2. Optional members are left out, never null: the
// platform drops messages with "namespace": null without a word.
#pragma once

#include "protocol/adapter.hpp"

#include <string>
#include <string_view>

namespace integ::protocol {

// One line with its line feed. `json` is an event of events.hpp.
std::string airbyte_message(Event kind, std::string_view json);

// A stream of a catalogue; `stream` is one of events.hpp.
std::string airbyte_stream(const json::Node& stream);
// {"name":...,"namespace"?}
std::string stream_descriptor(std::string_view name, std::string_view name_space);

}  // namespace integ::protocol
