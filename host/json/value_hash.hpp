// A hash of a JSON value that does not change when it is written anew: the order of members, white space, escapes and
// the spelling of numbers (1.10 and 1.1, 1e2 and 100) do not count, the order of elements does. Any thread.
#pragma once

#include "json/document.hpp"

#include <cstdint>

namespace integ::json {

std::uint64_t value_hash(const Node& value);

}  // namespace integ::json
