// The one place that knows valijson, which is all templates and slow to compile.
//
// Two things are mended on the way in: `format` makes valijson 1.0 throw for an instance that is no string, so
// date and date-time become patterns; and RapidJSON's numbers are set from our nodes, so 1.0 is an integer
// (as draft 7 says) and 1e400 is no error.
//
// Records come from a server, which must neither crash the host nor keep it busy. std::regex calls itself for each
// character, so a `pattern` is left out for a record with a string of more than kLongestMatched bytes; `uniqueItems`,
// which compares each item with each, is left out altogether.
#pragma once

#include "json/document.hpp"

#include <memory>
#include <string>
#include <vector>

namespace integ::json {

struct Finding {
  std::string pointer;      // in the instance
  std::string description;  // in valijson's words
};

class ValijsonSchema {
 public:
  // Throws std::exception when valijson can't use it, also for a pattern that std::regex can't.
  explicit ValijsonSchema(const Node& root);
  ValijsonSchema(ValijsonSchema&&) noexcept;
  ValijsonSchema& operator=(ValijsonSchema&&) noexcept;
  ~ValijsonSchema();

  // In valijson's order; empty when the instance is valid. Safe from every thread.
  std::vector<Finding> check(const Node& instance) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The same for records, of which there are many: compiled patterns are kept from one to the next. One thread at a time.
class ValijsonRecords {
 public:
  static constexpr std::size_t kLongestMatched = 1024;

  // Throws as ValijsonSchema's.
  explicit ValijsonRecords(const Node& root);
  ValijsonRecords(ValijsonRecords&&) noexcept;
  ValijsonRecords& operator=(ValijsonRecords&&) noexcept;
  ~ValijsonRecords();

  // Stops at the first fault, and says nothing about it.
  bool valid(const Node& instance);
  // In valijson's order.
  std::vector<Finding> check(const Node& instance);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace integ::json
