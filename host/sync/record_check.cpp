#include "sync/record_check.hpp"

#include "base/text.hpp"
#include "json/document.hpp"
#include "json/pointer.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

constexpr std::size_t kLongestPath = 160;
constexpr std::size_t kLongestRule = 200;
constexpr std::size_t kLongestExample = 60;
// Masked before it is cut: half a secret would not be known as one.
constexpr std::size_t kMostMasked = 64u << 10;

std::optional<json::FieldCut> cut_of(const std::optional<std::vector<std::string>>& fields) {
  return fields ? std::optional<json::FieldCut>(std::in_place, *fields) : std::nullopt;
}

}  // namespace

RecordCheck::RecordCheck(const Stream& stream, std::string schema,
                         const std::optional<std::vector<std::string>>& fields, Validation validation,
                         const Services& services)
    : stream_(stream.name),
      cut_(cut_of(fields)),
      schema_(cut_ ? cut_->apply_to_schema(schema) : std::move(schema)),
      validation_(validation),
      services_(services) {
  try {
    idle_.push_back(take_validator());
  } catch (const Error& error) {
    usable_ = false;
    if (validation_.mode == Validation::Mode::fail) {
      refused_ = error;
      refusing_ = true;
    } else {
      services_.log.warn(stream_, "records are not checked: " + error.message());
    }
  }
}

RecordCheck::Validator RecordCheck::take_validator() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Validator taken = std::move(idle_.back());
      idle_.pop_back();
      return taken;
    }
  }
  return std::make_unique<json::RecordValidator>(schema_, "the schema of stream " + stream_);
}

void RecordCheck::check(const std::vector<std::string_view>& records) {
  if (refusing_) {
    const std::lock_guard lock(mutex_);
    throw Error(*refused_);
  }
  if (!usable_) return;
  const std::uint64_t sample = validation_.sample;
  const std::uint64_t first = seen_.fetch_add(records.size(), std::memory_order_relaxed);
  const std::uint64_t end = first + records.size();
  // The next number that is looked at.
  const auto next = [sample](std::uint64_t number) {
    return number < sample ? number : (number + sample - 1) / sample * sample;
  };
  std::uint64_t number = next(first);
  if (number >= end) return;
  Validator validator = take_validator();
  std::uint64_t checked = 0;
  for (; number < end; number = next(number + 1), ++checked) {
    check_record(*validator, records[static_cast<std::size_t>(number - first)], number + 1);
  }
  const std::lock_guard lock(mutex_);
  checked_ += checked;
  idle_.push_back(std::move(validator));
}

void RecordCheck::check_record(json::RecordValidator& validator, std::string_view record, std::uint64_t number) {
  std::string text;
  if (cut_) {
    cut_->apply(record, text);
  } else {
    text = record;
  }
  const json::Document document = json::Document::parse(std::move(text), "a record");
  const std::vector<json::RecordFault> faults = validator.check(document.root());
  if (faults.empty()) return;
  if (validation_.mode == Validation::Mode::warn) return count(faults);
  const json::RecordFault& fault = faults.front();
  std::string message = "record " + with_separators(number) + " breaks the stream's schema: " + shown_path(fault) +
                        ": " + sanitised(fault.rule, kLongestRule);
  if (const std::string example = example_of(fault); !example.empty()) message += ", there is " + example;
  refuse(Error::of_status(INTEG_E_SCHEMA, message));
}

void RecordCheck::refuse(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (!refused_) refused_ = error;
  }
  refusing_ = true;
  throw error;
}

void RecordCheck::count(const std::vector<json::RecordFault>& faults) {
  const std::lock_guard lock(mutex_);
  ++broken_;
  for (const json::RecordFault& fault : faults) {
    std::string path = shown_path(fault);
    std::string rule = sanitised(fault.rule, kLongestRule);
    const auto found =
        std::find_if(ways_.begin(), ways_.end(), [&](const Way& way) { return way.path == path && way.rule == rule; });
    if (found != ways_.end()) {
      ++found->count;
    } else if (ways_.size() < kMostWays) {
      ways_.push_back({std::move(path), std::move(rule), example_of(fault), 1});
    } else {
      ++others_;
    }
  }
}

std::string RecordCheck::example_of(const json::RecordFault& fault) const {
  // What an object holds is nobody's business here, and its type is said by the rule.
  if (fault.value == nullptr || fault.value->is_object() || fault.value->is_array()) return {};
  const std::vector<std::string> names = json::pointer_tokens(fault.path);
  if (fault.secret || std::any_of(names.begin(), names.end(), is_secret_name)) return std::string(kMask);
  json::Node shown = *fault.value;
  shown.text = shown.text.substr(0, kMostMasked);
  return sanitised(services_.secrets.mask(json::json_of(shown)), kLongestExample);
}

// Fit for a line of the log, and no larger than that.
std::string RecordCheck::shown_path(const json::RecordFault& fault) const {
  if (fault.path.empty()) return "the record";
  return sanitised(services_.secrets.mask(std::string_view(fault.path).substr(0, kMostMasked)), kLongestPath);
}

std::optional<std::string> RecordCheck::summary() const {
  const std::lock_guard lock(mutex_);
  if (broken_ == 0) return std::nullopt;
  std::vector<const Way*> ways;
  ways.reserve(ways_.size());
  for (const Way& way : ways_) ways.push_back(&way);
  std::stable_sort(ways.begin(), ways.end(), [](const Way* a, const Way* b) { return a->count > b->count; });
  std::string out =
      with_separators(broken_) + " of " + with_separators(checked_) + " checked records break the stream's schema";
  for (const Way* way : ways) {
    out += (way == ways.front() ? ": " : "; ") + way->path + ": " + way->rule + " (" + with_separators(way->count);
    if (!way->example.empty()) out += ", as " + way->example;
    out += ")";
  }
  if (others_ > 0) out += "; " + with_separators(others_) + " in other ways";
  return out;
}

}  // namespace integ::sync
