// YAML as an operator writes it, with the place of everything: parsed once by yaml-cpp, then each scalar is
// substituted once. A substituted value is a value: it never becomes YAML.
//
// ${VAR}, ${VAR:-default}, ${file:PATH} (relative to the file; one final newline is dropped), $${ for a
// literal "${". A missing variable is an error. yaml-cpp is silent about duplicate keys and leaves "<<"
// unresolved: both are errors here. A BOM and CRLF are fine. Errors are of kind config with
// file:line:column, both from 1.
#pragma once

#include "base/error.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace integ::pipeline {

// A YAML value with its place. Scalars are text until someone knows their type.
struct Value {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text;          // of a scalar, substituted
  bool quoted = false;       // 'as text', never a number or boolean
  bool substituted = false;  // held ${...}: typed like a plain scalar, but null only when it says so by schema
  int line = 0;
  int column = 0;
  std::vector<Value> items;                            // of a list
  std::vector<std::pair<std::string, Value>> members;  // of a map, in order
  std::vector<std::pair<int, int>> key_places;         // beside members

  const Value* member(const std::string& key) const;
};

// Looks variables up; the default reads the process's environment.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
Environment process_environment();

// Throws Error with the place. Values of ${file:...} and ${VAR} are never part of a message.
Value parse_yaml(const std::string& text, const std::string& file, const Environment& environment);

Error error_at(const std::string& file, const Value& value, std::string message);

}  // namespace integ::pipeline
