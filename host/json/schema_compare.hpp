// What was seen of records, held against the schema that was declared for them. A plain function, any thread.
//
// For an author's eyes, and no validation: of alternatives (anyOf, oneOf, allOf) all are taken together.
#pragma once

#include "json/document.hpp"
#include "json/infer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace integ::json {

// Paths are pointers with * for any item of an array and for any name of a map.
struct SchemaComparison {
  struct Undeclared {
    std::string path;
    std::vector<std::string> seen;  // types
  };
  struct Differing {
    std::string path;
    std::vector<std::string> declared, seen;  // types; of a format: its name, and the type
  };
  struct Missing {
    std::string path;
    std::uint64_t in = 0;  // of `of` objects
    std::uint64_t of = 0;
  };
  std::vector<Undeclared> undeclared;  // the data has it, the schema lacks it
  std::vector<Differing> differing;    // a type was seen, or a format was not, against what is declared
  std::vector<Missing> missing;        // required, but not always there
  std::vector<std::string> unseen;     // the schema has it, the data never had it
};

SchemaComparison compare_with_schema(const Shape& seen, const Node& declared);

// {"undeclared":[{"path","seen"}],"differing":[{"path","declared","seen"}],"missing":[{"path","in","of"}],"unseen":[]}
std::string json_of(const SchemaComparison& comparison);

}  // namespace integ::json
