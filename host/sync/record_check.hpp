// The records of one stream against the schema that it declares: looked at on the way out, some of them or all.
//
// One for a stream, shared by its slices' tasks; each checks on its own thread with a validator of its own, and only
// the counts are behind a lock. Memory is bounded: what breaks the schema in more ways than kMostWays is counted as
// "others".
#pragma once

#include "base/error.hpp"
#include "json/record_validator.hpp"
#include "json/text.hpp"
#include "model/catalog.hpp"
#include "model/validation.hpp"
#include "sync/services.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::sync {

class RecordCheck {
 public:
  // So many pairs of a path and a rule are told of a stream.
  static constexpr std::size_t kMostWays = 20;

  // `schema` is the stream's own. Of a selection of fields nothing but these is looked at. A schema that can't be used
  // is a warning at once, or with `fail` an error of kind plugin at the first records. `validation` is not off.
  RecordCheck(const Stream& stream, std::string schema, const std::optional<std::vector<std::string>>& fields,
              Validation validation, const Services& services);

  // Before they go out. With `fail`, throws an Error of status INTEG_E_SCHEMA at the first record that breaks the
  // schema, and from then on whatever comes, from every thread.
  void check(const std::vector<std::string_view>& records);

  // With `warn`: what to tell at the stream's end; nothing where no record broke the schema.
  std::optional<std::string> summary() const;

 private:
  struct Way {
    std::string path, rule, example;  // as they are shown
    std::uint64_t count = 0;
  };
  using Validator = std::unique_ptr<json::RecordValidator>;

  Validator take_validator();
  void check_record(json::RecordValidator& validator, std::string_view record, std::uint64_t number);
  void count(const std::vector<json::RecordFault>& faults);
  std::string example_of(const json::RecordFault& fault) const;
  std::string shown_path(const json::RecordFault& fault) const;
  [[noreturn]] void refuse(Error error);

  const std::string stream_;
  const std::optional<json::FieldCut> cut_;
  const std::string schema_;
  const Validation validation_;
  const Services services_;
  std::atomic<std::uint64_t> seen_{0};
  std::atomic<bool> refusing_{false};  // refused_ is set
  bool usable_ = true;

  mutable std::mutex mutex_;
  std::vector<Validator> idle_;   // guarded by mutex_, as are all below
  std::optional<Error> refused_;  // for good
  std::uint64_t checked_ = 0;
  std::uint64_t broken_ = 0;
  std::vector<Way> ways_;
  std::uint64_t others_ = 0;
};

}  // namespace integ::sync
