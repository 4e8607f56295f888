// Names and values at the edges of what JSON can say.
#pragma once

#include "json_tree.hpp"

#include <set>
#include <string>
#include <string_view>

namespace properties {

// A name that isn't taken, and is from now on.
std::string name(Random& random, std::set<std::string>& taken);
// "null", "boolean", "integer", "number" or "string".
Json scalar(Random& random, std::string_view type);
// Any value.
Json value(Random& random, std::size_t depth = 0);

}  // namespace properties
