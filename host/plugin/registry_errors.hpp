// What to say to someone who asked for a connector that is not there.
#pragma once

#include "plugin/registry.hpp"

#include <string>

namespace integ::plugin {

// The nearest name and all others, the folders and whether they exist, and why files that could have been
// meant (by their name; all of them, where no connector exists at all) are not used.
std::string no_such_connector(const Registry& registry, const std::string& name);

}  // namespace integ::plugin
