// From what a pass found to Slices: the skeleton, records that are put together, observed fields.
#pragma once

#include "json/merge.hpp"
#include "json/slicer.hpp"
#include "json/slicer_machine.hpp"

#include <optional>
#include <string>

namespace integ::json {

class SliceAssembler {
 public:
  explicit SliceAssembler(const SliceOptions& options);

  // After pass.end(page). May repair invalid UTF-8 in the page, and then passes over it once more. Throws
  // SliceError where the page is valid JSON but not what was asked for.
  Slices assemble(SlicerMachine& pass, std::string& page) const;

 private:
  void check(const Findings& found) const;
  Document skeleton(const Findings& found, const std::string& page) const;
  void place_records(const Findings& found, const std::string& page, Slices& slices) const;

  std::string records_;
  std::string record_;
  bool allow_missing_;
  bool keep_;
  InvalidUtf8 invalid_utf8_;
  std::optional<Merge> extra_;
};

}  // namespace integ::json
