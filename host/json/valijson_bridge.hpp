// The one place that knows valijson, which is all templates and slow to compile.
//
// Two things are mended on the way in: `format` makes valijson 1.0 throw for an instance that is no string, so
// date and date-time become patterns; and RapidJSON's numbers are set from our nodes, so 1.0 is an integer
// (as draft 7 says) and 1e400 is no error.
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

}  // namespace integ::json
