#include "json/slices.hpp"

#include "base/text.hpp"
#include "json/document_builder.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace integ::json {
namespace {

[[noreturn]] void refuse(SliceError::Why why, std::size_t offset, std::string message) {
  throw SliceError{.why = why, .offset = offset, .message = std::move(message)};
}

// Text between the records may hold invalid UTF-8 when it is preserved; documents never do.
std::string clean(std::string_view text, bool dirty) { return dirty ? replace_invalid_utf8(text) : std::string(text); }

// "[" and the lines that are not blank, with commas between them.
std::string joined(std::string_view page) {
  page = without_byte_order_mark(page);
  std::string out = "[";
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    if (const std::string_view line = trimmed(page.substr(0, end)); !line.empty()) {
      if (out.size() > 1) out += ',';
      out += line;
    }
    page.remove_prefix(std::min(end + 1, page.size()));
  }
  return out;
}

}  // namespace

SliceAssembler::SliceAssembler(const SliceOptions& options)
    : records_(options.records),
      record_(options.record),
      allow_missing_(options.allow_missing),
      lines_(options.lines),
      keep_(options.keep),
      invalid_utf8_(options.invalid_utf8) {
  if (!options.extra.empty()) extra_.emplace(options.extra);
}

Slices SliceAssembler::assemble(SlicerMachine& pass, std::string& page) const {
  Slices slices;
  if (pass.findings().invalid_utf8 && invalid_utf8_ == InvalidUtf8::replace) {
    std::size_t replaced = 0;
    page = replace_invalid_utf8(page, &replaced);
    slices.replaced_utf8 = replaced;
    pass.reset();
    pass.end(page);
  }
  const Findings& found = pass.findings();
  check(found);
  slices.null_array = found.is_null;
  slices.missing_array = !found.found;
  slices.skeleton = skeleton(found, page);
  std::vector<std::string_view> records;
  records.reserve(found.records.size());
  for (const Range range : found.records) {
    records.push_back(std::string_view(page).substr(range.begin, range.end - range.begin));
  }
  place_records(std::move(records), page.size(), slices);
  observed(pass, page, slices);
  return slices;
}

void SliceAssembler::observed(const SlicerMachine& pass, std::string_view page, Slices& slices) const {
  const std::uint64_t records = pass.findings().single ? 1 : pass.findings().count;
  for (const Observer& observer : pass.observers()) {
    slices.observed.push_back(observer.result(page));
    if (observer.is_cursor()) slices.without_cursor = std::max(slices.without_cursor, records - observer.count());
  }
}

void SliceAssembler::check(const Findings& found) const {
  using Why = SliceError::Why;
  if (!found.found && !allow_missing_) {
    refuse(Why::no_array, 0, "nothing at '" + records_ + "', where an array of records was expected");
  }
  if (found.found && !found.is_array && !found.is_null && !found.single) {
    refuse(Why::no_array, found.array.begin, "the value at '" + records_ + "' is no array of records");
  }
  if (found.bad_element) {
    const std::string element = lines_ ? "line " + std::to_string(found.bad_line)
                                       : "element " + std::to_string(found.bad_index) + " of '" + records_ + "'";
    refuse(Why::no_object, found.bad_offset,
           record_.empty() ? element + " is no object" : element + " has no object at '" + record_ + "'");
  }
}

Document SliceAssembler::skeleton(const Findings& found, const std::string& page) const {
  if (lines_) return skeleton(found, keep_ ? joined(page) : "[", "]");
  if (!found.is_array || keep_) {
    return DocumentBuilder::build(clean(page, found.invalid_utf8 && invalid_utf8_ == InvalidUtf8::preserve));
  }
  const std::string_view whole = page;
  return skeleton(found, whole.substr(0, found.array.begin + 1), whole.substr(found.array.end - 1));
}

Document SliceAssembler::skeleton(const Findings& found, std::string_view before, std::string_view after) const {
  const bool dirty = found.invalid_utf8 && invalid_utf8_ != InvalidUtf8::error;
  std::string text = clean(before, dirty);
  const std::size_t array = text.size() - 1;
  text += clean(after, dirty);
  if (keep_ || !found.is_array) return DocumentBuilder::build(std::move(text));
  return DocumentBuilder::build_skeleton(std::move(text), array, found.count);
}

Slices SliceAssembler::placed(std::vector<std::string_view> records, bool dirty) const {
  Slices slices;
  std::size_t size = 0;
  std::string repaired;  // of the records that need it, one behind the other
  if (dirty && invalid_utf8_ == InvalidUtf8::replace) {
    std::vector<std::pair<std::size_t, std::size_t>> ends;  // which record, and where it ends
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (find_invalid_utf8(records[i]) == std::string_view::npos) continue;
      std::size_t replaced = 0;
      repaired += replace_invalid_utf8(records[i], &replaced);
      slices.replaced_utf8 += replaced;
      ends.emplace_back(i, repaired.size());
    }
    if (!ends.empty()) {
      // In the vector from here on: the string's bytes stay where they are when the vector is moved.
      const std::string_view stable = slices.made.emplace_back(std::move(repaired));
      std::size_t begin = 0;
      for (const auto& [record, end] : ends) {
        records[record] = stable.substr(begin, end - begin);
        begin = end;
      }
    }
  }
  for (const std::string_view record : records) size += record.size();
  place_records(std::move(records), size, slices);
  return slices;
}

void SliceAssembler::place_records(std::vector<std::string_view> records, std::size_t size, Slices& slices) const {
  if (!extra_) {
    slices.records = std::move(records);
    return;
  }
  // One block for all, so that no view is taken before the block has its final place.
  std::vector<std::size_t> ends;
  ends.reserve(records.size());
  std::string made;
  made.reserve(size + records.size() * extra_->size());
  for (const std::string_view record : records) {
    extra_->apply(record, made);
    ends.push_back(made.size());
  }
  // A vector keeps the place of its elements when it is moved.
  slices.made.clear();
  const std::string_view block = slices.made.emplace_back(std::move(made));
  slices.records.reserve(ends.size());
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    slices.records.push_back(block.substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace integ::json
