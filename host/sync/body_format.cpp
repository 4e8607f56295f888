#include "sync/body_format.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace integ::sync {

BodyFormat BodyFormat::of(std::string_view parser, std::string_view records) {
  BodyFormat out;
  out.gzip = parser.starts_with("gzip,");
  if (out.gzip) parser.remove_prefix(5);
  out.lines = parser == "jsonl" || parser == "ndjson";
  out.by_label = parser.empty() && records.empty();
  if (out.lines && !records.empty()) {
    throw Error::of_status(
        INTEG_E_ARGUMENT,
        "the records of JSON Lines are the lines: the pointer to them is '', not '" + sanitised(records, 80) + "'");
  }
  return out;
}

bool BodyFormat::is_lines(const http::Answer& answer) const {
  if (lines || !by_label) return lines;
  const std::string* label = answer.header("Content-Type");
  if (label == nullptr) return false;
  // None of them is registered; these are in use.
  static constexpr std::array<std::string_view, 7> kLabels = {
      "application/x-ndjson",   "application/ndjson",    "application/jsonl",      "application/x-jsonl",
      "application/json-lines", "application/jsonlines", "application/x-jsonlines"};
  const std::string name = lower(trimmed(std::string_view(*label).substr(0, label->find(';'))));
  return std::find(kLabels.begin(), kLabels.end(), name) != kLabels.end();
}

}  // namespace integ::sync
