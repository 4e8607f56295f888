#include "json/slices.hpp"

#include "base/text.hpp"
#include "json/document_builder.hpp"

#include <string_view>
#include <utility>

namespace integ::json {
namespace {

[[noreturn]] void refuse(SliceError::Why why, std::size_t offset, std::string message) {
  throw SliceError{.why = why, .offset = offset, .message = std::move(message)};
}

// Text between the records may hold invalid UTF-8 when it is preserved; documents never do.
std::string clean(std::string_view text, bool dirty) { return dirty ? replace_invalid_utf8(text) : std::string(text); }

}  // namespace

SliceAssembler::SliceAssembler(const SliceOptions& options)
    : records_(options.records),
      record_(options.record),
      allow_missing_(options.allow_missing),
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
  place_records(found, page, slices);
  for (const Observer& observer : pass.observers()) slices.observed.push_back(observer.result(page));
  return slices;
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
    const std::string element = "element " + std::to_string(found.bad_index) + " of '" + records_ + "'";
    refuse(Why::no_object, found.bad_offset,
           record_.empty() ? element + " is no object" : element + " has no object at '" + record_ + "'");
  }
}

Document SliceAssembler::skeleton(const Findings& found, const std::string& page) const {
  const bool dirty = found.invalid_utf8 && invalid_utf8_ == InvalidUtf8::preserve;
  if (!found.is_array || keep_) return DocumentBuilder::build(clean(page, dirty));
  const std::string_view whole = page;
  std::string text = clean(whole.substr(0, found.array.begin + 1), dirty);
  const std::size_t array = text.size() - 1;
  text += clean(whole.substr(found.array.end - 1), dirty);
  return DocumentBuilder::build_skeleton(std::move(text), array, found.count);
}

void SliceAssembler::place_records(const Findings& found, const std::string& page, Slices& slices) const {
  const std::string_view whole = page;
  slices.records.reserve(found.records.size());
  if (!extra_) {
    for (const Range range : found.records) {
      slices.records.push_back(whole.substr(range.begin, range.end - range.begin));
    }
    return;
  }
  // One block for all, so that no view is taken before the block has its final place.
  std::vector<std::size_t> ends;
  ends.reserve(found.records.size());
  std::string& made = slices.made.emplace_back();
  made.reserve(page.size() + found.records.size() * extra_->size());
  for (const Range range : found.records) {
    extra_->apply(whole.substr(range.begin, range.end - range.begin), made);
    ends.push_back(made.size());
  }
  // A vector keeps the place of its elements when it is moved.
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    slices.records.push_back(std::string_view(slices.made.front()).substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace integ::json
