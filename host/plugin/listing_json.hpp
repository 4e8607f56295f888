// A Listing as one line of JSON and back: what the listing child prints, and what the cache keeps.
//
// Plain functions, any thread. `folder` and what follows from other files (shadowed names) are no part of it.
#pragma once

#include "json/document.hpp"
#include "plugin/registry.hpp"

#include <string>

namespace integ::plugin {

void append_listing(std::string& out, const Listing& listing);
// Throws Error of kind malformed where a member is missing or of another type.
Listing listing_of(const json::Node& node);

}  // namespace integ::plugin
