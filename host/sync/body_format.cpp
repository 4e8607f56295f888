#include "sync/body_format.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace integ::sync {

BodyFormat BodyFormat::of(const json::ReaderSpec& spec, std::string_view records) {
  using Format = json::ReaderSpec::Format;
  BodyFormat out;
  const bool unwrapped = spec.wrappers.empty();
  const bool packed = spec.wrappers.size() == 1 && spec.wrappers.front().kind == json::Wrapper::Kind::gzip;
  out.lines = spec.format == Format::lines;
  out.by_label = spec.format == Format::any && unwrapped && records.empty();
  out.gzip = packed || (spec.format == Format::any && unwrapped);
  out.as_it_comes = (unwrapped || packed) && (out.lines || spec.format == Format::any || spec.format == Format::json);
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
