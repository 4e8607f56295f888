// From what a pass found to Slices: the skeleton, records that are put together, observed fields.
#pragma once

#include "json/merge.hpp"
#include "json/slicer.hpp"
#include "json/slicer_machine.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

class SliceAssembler {
 public:
  explicit SliceAssembler(const SliceOptions& options);

  // After pass.end(page). May repair invalid UTF-8 in the page, and then passes over it once more. Throws
  // SliceError where the page is valid JSON but not what was asked for.
  Slices assemble(SlicerMachine& pass, std::string& page) const;

  // ---- for a body of which the front has gone (stream_slicer.hpp) ----
  void check(const Findings& found) const;
  // `before` ends with the array's opening bracket, `after` begins with its closing one; without an array the two
  // are the whole text.
  Document skeleton(const Findings& found, std::string_view before, std::string_view after) const;
  // Records as they came, `dirty` where some may hold invalid UTF-8: repaired as the policy says, with `extra`.
  Slices placed(std::vector<std::string_view> records, bool dirty) const;
  void observed(const SlicerMachine& pass, std::string_view page, Slices& slices) const;

 private:
  Document skeleton(const Findings& found, const std::string& page) const;
  void place_records(std::vector<std::string_view> records, std::size_t size, Slices& slices) const;

  std::string records_;
  std::string record_;
  bool allow_missing_;
  bool lines_;
  bool keep_;
  InvalidUtf8 invalid_utf8_;
  std::optional<Merge> extra_;
};

}  // namespace integ::json
