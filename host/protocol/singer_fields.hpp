// The properties of a schema with the breadcrumbs by which Singer's metadata names them.
#pragma once

#include "json/document.hpp"

#include <string>
#include <vector>

namespace integ::protocol {

// One property: "/address/city" is ["properties","address","properties","city"]; a property of the objects
// in a list has "items" on the way, which its pointer has not.
struct Property {
  std::vector<std::string> breadcrumb;
  std::string pointer;
  const json::Node* schema = nullptr;
  std::vector<Property> below;
};

// Of a schema whose references are resolved.
std::vector<Property> properties_of(const json::Node& schema);

}  // namespace integ::protocol
