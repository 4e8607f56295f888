#include "json/stream_slicer.hpp"

#include "base/text.hpp"
#include "json/slicer_machine.hpp"
#include "json/slices.hpp"

#include <utility>

namespace integ::json {

struct StreamSlicer::Machine {
  explicit Machine(SliceOptions o) : options(std::move(o)), pass(options, true), assembler(options) {}

  SliceOptions options;
  SlicerMachine pass;
  SliceAssembler assembler;
  std::string head;  // what stood before the first record, its bracket included, once it was taken off the page
};

StreamSlicer::StreamSlicer(SliceOptions options) : machine_(std::make_unique<Machine>(std::move(options))) {}
StreamSlicer::StreamSlicer(StreamSlicer&&) noexcept = default;
StreamSlicer& StreamSlicer::operator=(StreamSlicer&&) noexcept = default;
StreamSlicer::~StreamSlicer() = default;

void StreamSlicer::reset() {
  machine_->pass.reset();
  machine_->head.clear();
}

void StreamSlicer::feed(std::string& page) {
  machine_->pass.feed(page);
  if (machine_->pass.findings().bad_element) machine_->assembler.check(machine_->pass.findings());
}

std::size_t StreamSlicer::closed() const noexcept { return machine_->pass.findings().records.size(); }
std::size_t StreamSlicer::closed_bytes() const noexcept {
  return machine_->pass.needed_from() - machine_->pass.dropped();
}
std::size_t StreamSlicer::dropped() const noexcept { return machine_->pass.dropped(); }

std::vector<std::string_view> StreamSlicer::take(std::string& page, std::string& text) {
  SlicerMachine& pass = machine_->pass;
  const Findings& found = pass.findings();
  const std::size_t dropped = pass.dropped();
  const std::size_t needed = pass.needed_from();
  if (!machine_->options.lines && found.is_array && dropped == 0)
    machine_->head = page.substr(0, found.array.begin + 1);
  text.assign(page, needed - dropped);
  text.swap(page);
  std::vector<std::string_view> records;
  records.reserve(found.records.size());
  for (const Range range : found.records) {
    records.push_back(std::string_view(text).substr(range.begin - dropped, range.end - range.begin));
  }
  pass.drop_to(needed);
  return records;
}

Slices StreamSlicer::placed(std::vector<std::string_view> records) const {
  return machine_->assembler.placed(std::move(records), machine_->pass.findings().invalid_utf8);
}

void StreamSlicer::end(std::string& page) {
  machine_->pass.end(page);
  machine_->assembler.check(machine_->pass.findings());
}

Slices StreamSlicer::rest(std::string& page) const {
  const SlicerMachine& pass = machine_->pass;
  const Findings& found = pass.findings();
  Slices rest;
  rest.null_array = found.is_null;
  rest.missing_array = !found.found;
  std::string_view before = "[";
  std::string_view after = "]";
  if (!machine_->options.lines) {
    before = page;
    after = {};
    if (found.is_array) {
      before = pass.dropped() == 0 ? before.substr(0, found.array.begin + 1) : std::string_view(machine_->head);
      after = std::string_view(page).substr(found.array.end - 1 - pass.dropped());
    }
  }
  if (found.invalid_utf8 && machine_->options.invalid_utf8 == InvalidUtf8::replace) {
    for (const std::string_view part : {before, after}) {
      std::size_t replaced = 0;
      static_cast<void>(replace_invalid_utf8(part, &replaced));
      rest.replaced_utf8 += replaced;
    }
  }
  rest.skeleton = machine_->assembler.skeleton(found, before, after);
  machine_->assembler.observed(pass, page, rest);
  return rest;
}

}  // namespace integ::json
