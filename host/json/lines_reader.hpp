// JSON Lines to a JSON array: an object a line, empty lines left out, an empty body no records.
#pragma once

#include "json/reader.hpp"

#include <string>
#include <string_view>

namespace integ::json {

// Each line is checked by itself, so that no two broken ones make a good one. Throws ReadError, with the line: cut
// where the last one breaks off, malformed, too_large.
std::string lines_to_json(std::string_view layer, std::string_view text, const ReadLimits& limits);

}  // namespace integ::json
