// Whether a line is what the protocols' own definitions ask for, by another JSON parser than the host's.
#pragma once

#include <string>
#include <string_view>

namespace integ::protocol::testing {

// Fails the running test with the reason, for each line of `output`.
void check_airbyte(std::string_view output);
// `output` of a tap's run: the kinds of message, their members, and their order (SCHEMA before RECORD).
void check_singer(std::string_view output);

}  // namespace integ::protocol::testing
