// What a tap prints for --discover: the catalogue with the metadata that selection goes by.
#pragma once

#include "json/document.hpp"

#include <string>

namespace integ::protocol {

// `catalog` is the catalog event of events.hpp. One JSON document, one line, with its line feed.
std::string singer_discovery(const json::Node& catalog);

}  // namespace integ::protocol
