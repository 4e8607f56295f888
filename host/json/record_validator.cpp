#include "json/record_validator.hpp"

#include "json/pointer.hpp"
#include "json/schema_messages.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace integ::json {
namespace {

// The instance's pointer with * for indices. `to`: what stands there, or nullptr.
std::string general(const Node& record, std::string_view pointer, const Node*& to) {
  std::string out;
  to = &record;
  for (const std::string& token : pointer_tokens(pointer)) {
    const bool in_array = to != nullptr && to->is_array();
    append_token(out, in_array ? "*" : token);
    if (in_array) {
      const auto index = array_index(token);
      to = index && *index < to->count ? to->items + *index : nullptr;
    } else {
      to = to == nullptr ? nullptr : to->member(token);
    }
  }
  return out;
}

// The schema's text was found usable before it comes to its members.
Document checked(std::string_view schema, std::string_view name) {
  static_cast<void>(Schema(schema, name));
  return Document::parse(std::string(schema), name);
}

}  // namespace

RecordValidator::RecordValidator(std::string_view schema, std::string_view name)
    : document_(checked(schema, name)), secrets_(Schema(schema, name).secret_pointers()), valijson_(document_.root()) {}

std::vector<RecordFault> RecordValidator::check(const Node& record) {
  std::vector<RecordFault> faults;
  try {
    if (valijson_.valid(record)) return {};
    if (record.text.size() <= kMostExplained) faults = explained(record);
  } catch (const std::runtime_error&) {
    return {};  // valijson, or a regular expression, that gave up: nothing is known of the record
  }
  if (faults.empty()) faults.push_back({.path = "", .rule = "breaks the schema", .value = nullptr, .secret = false});
  return faults;
}

std::vector<RecordFault> RecordValidator::explained(const Node& record) {
  const SortedFindings findings = without_branches(valijson_.check(record));
  std::vector<RecordFault> faults;
  const auto add = [&](const Violation& violation) {
    if (faults.size() >= kMostFaults) return;
    RecordFault fault{.path = {}, .rule = violation.message, .value = nullptr, .secret = false};
    fault.path = general(record, violation.pointer, fault.value);
    fault.secret = std::any_of(secrets_.begin(), secrets_.end(), [&](const std::string& secret) {
      return is_at_or_under(violation.pointer, secret) || is_at_or_under(secret, violation.pointer);
    });
    const auto same = [&](const RecordFault& other) {
      return other.path == fault.path && other.rule == fault.rule && other.value == fault.value;
    };
    if (std::none_of(faults.begin(), faults.end(), same)) faults.push_back(std::move(fault));
  };
  for (const Finding& finding : findings.plain) {
    if (faults.size() >= kMostFaults) break;
    for (const Violation& violation : worded(document_.root(), record, finding.pointer, finding.description)) {
      add(violation);
    }
  }
  for (const std::string& pointer : findings.choices) {
    add({.pointer = pointer, .message = "fits none of the allowed forms", .unknown = false});
  }
  return faults;
}

}  // namespace integ::json
