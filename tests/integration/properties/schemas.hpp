// Schemas and records from a seed: all types, awkward names, values at the edges of what JSON can say, and records that
// keep to their schema only mostly.
#pragma once

#include "json_tree.hpp"

#include <string>
#include <vector>

namespace properties {

struct Property {
  std::string name;                // as it is meant
  std::vector<std::string> types;  // of JSON Schema; empty: not said
  std::string format;
  bool of_objects = false;  // an array of objects, whose properties are `below`
  std::vector<Property> below;

  bool has(std::string_view type) const;
};

// Two properties never have one name; "id" is among those of a stream with a key.
std::vector<Property> properties(Random& random, bool with_key);
Json schema_of(const std::vector<Property>& properties);
// A record of them. `id` goes into the member "id", unless it is "".
Json record(Random& random, const std::vector<Property>& properties, const std::string& id);
}  // namespace properties
