// Records checked against the schema of their stream: where they break it, and what stands there.
//
//   RecordValidator validator(stream.json_schema, "the schema of stream orders");
//   for (const RecordFault& fault : validator.check(document.root()))
//     log(fault.path + ": " + fault.rule);        // "/items/*/price: expected number, found string"
//
// Made for many records: built once, then a valid record costs a parse and a walk. What can't be checked is let pass:
// formats but date and date-time, `uniqueItems`, and patterns in a record with a string of more than 1 KiB
// (valijson_bridge.hpp says why). A number with a fraction of zero is an integer, as draft 7 says.
#pragma once

#include "json/document.hpp"
#include "json/schema.hpp"
#include "json/valijson_bridge.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

struct RecordFault {
  std::string path;             // a pointer into the record, with * for each index of an array
  std::string rule;             // what was expected, and the type that was found; never a value of the record
  const Node* value = nullptr;  // what stands there, in the record; nullptr where something is missing
  bool secret = false;          // the schema calls it secret, or holds a secret in it or around it
};

// One thread at a time.
class RecordValidator {
 public:
  // Of one record; what it has beyond them is not told.
  static constexpr std::size_t kMostFaults = 50;
  // A larger record that breaks its schema is told as a whole: each of its bytes could be a fault.
  static constexpr std::size_t kMostExplained = 256u << 10;

  // Throws Error of kind plugin when the text is no usable schema; `name` says whose it is.
  RecordValidator(std::string_view schema, std::string_view name);

  // Empty for a valid record. The faults point into it.
  std::vector<RecordFault> check(const Node& record);

 private:
  std::vector<RecordFault> explained(const Node& record);

  Document document_;
  std::vector<std::string> secrets_;
  ValijsonRecords valijson_;
};

}  // namespace integ::json
