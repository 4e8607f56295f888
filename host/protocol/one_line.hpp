// JSON of others inside our lines: it must not bring a line break of its own.
#pragma once

#include "json/text.hpp"

#include <string>
#include <string_view>

namespace integ::protocol {

// `json` itself, or its compact form in `storage` when it has a line break (only white space can).
inline std::string_view on_one_line(std::string_view json, std::string& storage) {
  if (json.find_first_of("\n\r") == std::string_view::npos) return json;
  storage = json::compacted(json);
  return storage;
}

}  // namespace integ::protocol
