// A plug-in known by its listing alone, for a host that does not load it: the connector runs in a worker process.
#pragma once

#include "plugin/registry.hpp"

#include <memory>
#include <string>

namespace integ::plugin {

// The plug-in of that file with this one of its connectors, and no code: each function that the connector has is one
// that refuses (INTEG_E_INTERNAL), those that it lacks are NULL. Throws Error of kind plugin where the listing does not
// pass the checks of a descriptor, and of kind internal where it has no such connector.
std::shared_ptr<const Plugin> described_plugin(const Listing& listing, const std::string& connector);

}  // namespace integ::plugin
