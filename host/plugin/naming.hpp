// Who has a name when several files claim it.
#pragma once

#include "plugin/registry.hpp"

#include <vector>

namespace integ::plugin {

// Listings in the order of their folders. A name that two files of one folder have is taken from both, and
// with it from all later folders: to use those silently would be to choose for the user. Else the earlier
// folder wins. What is taken away is noted in `warnings` and `unused`.
void settle_names(std::vector<Listing>& listings);

}  // namespace integ::plugin
