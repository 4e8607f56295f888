// Notices a run that goes round in a circle: the same request answered with the same records twice.
// And an endpoint that gives the same page whichever is asked for, where the connector says that pages differ.
// Keeps a hash of each request and of its answer, not URLs: 16 bytes a page, so that memory stays flat.
// Belongs to one run, on its thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace integ::sync {

class RepeatGuard {
 public:
  // True when this very request has brought this very body before.
  bool repeats(std::string_view method, std::string_view url, std::string_view request_body, std::string_view body);
  // The same for a body that is known by its fingerprint alone.
  bool repeats(std::string_view method, std::string_view url, std::string_view request_body, std::uint64_t body);
  // The same for an answer without records, which an endpoint that is asked again and again may well give: true when it
  // came to this very request a hundred times in a row.
  bool repeats_nothing(std::string_view method, std::string_view url, std::string_view request_body,
                       std::uint64_t body);
  // True when these are the records of the last call; none are never the same.
  bool same_as_last(const std::vector<std::string_view>& records);
  // The same for records that are known by a fingerprint of all of them.
  bool same_hash_as_last(std::uint64_t records);

 private:
  static constexpr int kMostEmpty = 100;

  std::uint64_t last_empty_ = 0;  // request and answer
  int empty_in_a_row_ = 0;
  std::optional<std::uint64_t> last_records_;
  std::unordered_map<std::uint64_t, std::uint64_t> seen_;  // request -> answer
};

// A 64-bit fingerprint, not for strangers' input in hash tables; it costs a page about 1 % of its slicing.
std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed = 0) noexcept;

}  // namespace integ::sync
