// The record slicer for bodies larger than memory: records are taken as they close, and the page keeps what is not
// closed yet.
//
//   StreamSlicer slicer({.records = "/results"});
//   while (more) {                                        // the page grows at its end
//     slicer.feed(page);
//     if (slicer.closed_bytes() < enough) continue;
//     std::string text;                                   // owns the records' bytes from here on
//     use(slicer.placed(slicer.take(page, text)).records);
//   }
//   slicer.end(page);                                     // throws when the body is not whole
//   ... take() once more ...
//   Slices rest = slicer.rest(page);                      // skeleton, observed fields; no records
//
// What it accepts and makes of it is what Slicer does, so far as it can be known on the way: the records before a
// fault have been taken by then, and an element that is no record is told before a fault behind it. What stands around
// the array stays in memory, for the skeleton; a root object as the one record is there at the end. `keep` is not to
// be had. One task, one slicer; it is reused from body to body.
#pragma once

#include "json/slicer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

class StreamSlicer {
 public:
  explicit StreamSlicer(SliceOptions options);
  StreamSlicer(StreamSlicer&&) noexcept;
  StreamSlicer& operator=(StreamSlicer&&) noexcept;
  ~StreamSlicer();

  // A new body.
  void reset();
  // Looks at the bytes of `page` not yet seen. Throws SliceError; its offset is one of the body.
  void feed(std::string& page);

  // Records that closed and were not taken yet.
  std::size_t closed() const noexcept;
  // What take() would take off the page.
  std::size_t closed_bytes() const noexcept;
  // Of the body, taken off the page so far.
  std::size_t dropped() const noexcept;

  // Takes these records, as they came: the page's bytes become `text`, which the views point into; those behind the
  // last record stay the page's. `text` lends its buffer to the page.
  std::vector<std::string_view> take(std::string& page, std::string& text);
  // What is to be written for them: invalid UTF-8 by the policy, `extra` put in. The views point into what was given or
  // into the result's `made`; nothing else of the result is set but `replaced_utf8`.
  Slices placed(std::vector<std::string_view> records) const;

  // The body is whole. Throws SliceError.
  void end(std::string& page);
  // After the last take(): everything but records.
  Slices rest(std::string& page) const;

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace integ::json
