// YAML as an operator writes it, with the place of everything: parsed once by yaml-cpp, then each scalar is
// substituted once. A substituted value is a value: it never becomes YAML.
//
// ${VAR}, ${VAR:-default} (for a variable that is missing or empty), ${file:PATH} (relative to the file; one
// final newline is dropped), $${ for a literal "${". A missing variable is an error. yaml-cpp is silent about
// duplicate keys and leaves "<<" unresolved: both are errors here. A BOM and CRLF are fine. Errors are of
// kind config with file:line:column, both from 1; a column counts characters, not bytes.
#pragma once

#include "base/error.hpp"
#include "pipeline/source.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace integ::pipeline {

// A YAML value with its place. Scalars are text until someone knows their type.
struct Value {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text;          // of a scalar, substituted
  bool quoted = false;       // 'as text', never a number or boolean
  bool substituted = false;  // held ${...}: typed like a plain scalar, but never null
  std::string reference;     // the first ${...} in it without its default, for messages: never its value
  std::string origin;        // where it stands when not in the file ("--set config.url"), or ""
  int line = 0;
  int column = 0;
  struct Member;
  std::vector<Value> items;     // of a list
  std::vector<Member> members;  // of a map, in order

  const Value* member(const std::string& key) const;
};

// A type of its own since a vector, but no pair, can be made of what is not complete yet.
struct Value::Member {
  std::string key;
  Value value;
  int line = 0;  // of the key
  int column = 0;
};

// Looks variables up; the default reads the process's environment.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
Environment process_environment();

// Throws Error with the place. Values of ${file:...} and ${VAR} are never part of a message.
Value parse_yaml(const std::string& text, const std::string& file, const Environment& environment);
// The two halves of it, for what is put into the tree between them.
Value parse_tree(const Source& source);
void substitute(Value& value, const Source& source, const Environment& environment);

Where where_of(const std::string& file, const Value& value);
// Where the key stands: the place for what is wrong with the key itself.
Where where_of(const std::string& file, const Value::Member& member);
Error error_at(const std::string& file, const Value& value, std::string message);
// What stands there, for "expected ..., found ...": "a list", "a number", "text", "nothing".
std::string kind_in_words(const Value& value);
// The same with the text where it may be shown: "'abc'", "the value of ${LIMIT}".
std::string shown(const Value& value);

}  // namespace integ::pipeline
