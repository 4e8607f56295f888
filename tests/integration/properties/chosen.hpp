// A choice of properties, and what it makes of a record.
#pragma once

#include "schemas.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace properties {

// Which properties are kept: all of a property, or those below it.
struct Chosen {
  bool whole = false;
  std::map<std::string, Chosen> below;
};
// Leaves at least one out of each list that it looks into, and never "id"; whole where that can't be.
Chosen choice(Random& random, const std::vector<Property>& properties);
// Adds what these steps lead to.
void keep(Chosen& chosen, const std::vector<std::string>& steps);
// What a record is, cut to that. Lists are passed through; a scalar stays, whatever was to be in it.
Json cut(const Json& record, const Chosen& chosen);
// JSON pointers of what is kept whole.
std::vector<std::string> pointers(const Chosen& chosen, const std::string& at = "");
std::string pointer_to(std::string_view name);

}  // namespace properties
