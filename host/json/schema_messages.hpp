// valijson's findings in words for an operator: "expected integer, found string". No message holds a value of
// the instance, so none can show a secret; only names of properties, and what the schema itself says.
#pragma once

#include "json/document.hpp"
#include "json/schema.hpp"
#include "json/valijson_bridge.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

// valijson lists the faults of all branches of a choice (oneOf, anyOf) in one heap with the others.
struct SortedFindings {
  std::vector<Finding> plain;        // what is at or under no choice that failed
  std::vector<std::string> choices;  // pointers of the outermost of these
};
SortedFindings without_branches(std::vector<Finding> findings);

// Whether the pointer is the place or leads into it.
bool is_at_or_under(std::string_view pointer, std::string_view place);

// What one finding comes to; empty for one that only repeats those before it. `pointer` is where valijson was,
// `description` what it said. Of the unknown properties of one object the first fifty are told.
std::vector<Violation> worded(const Node& schema_root, const Node& instance_root, const std::string& pointer,
                              std::string_view description);

// "must be \"a\" or \"b\"" for the constants that the branches of a choice ask of one property, with the property's
// pointer; or that none of the forms fits.
Violation no_branch(const Node& choices, const Node& schema_root, const Node& instance, const std::string& pointer);

}  // namespace integ::json
