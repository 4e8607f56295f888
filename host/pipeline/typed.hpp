// YAML values as JSON, typed by a JSON Schema.
#pragma once

#include "pipeline/yaml.hpp"

#include <string>
#include <string_view>

namespace integ::pipeline {

// `name` is the section's ("config"), for messages. An empty schema types by YAML's core schema. Throws one
// Error, at the place of the first thing wrong, with a line for each.
std::string typed_json(const std::string& file, const Value& map, std::string_view schema, const std::string& name);

}  // namespace integ::pipeline
