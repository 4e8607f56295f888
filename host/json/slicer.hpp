// The record slicer: finds where each record of a page begins and ends, and proves that the page is valid
// JSON, without building a tree. See slicer.cpp for the machine.
//
//   Slicer slicer({.records = "/results"});
//   while (more) slicer.feed(page);                 // the page grows at its end, and may move
//   Slices slices = slicer.finish(page);            // throws when the page is not acceptable
//   for (auto s : slices.records) use(page.data() + s.offset, s.size);
//
// The grammar is RFC 8259, all of it: UTF-8, escapes, numbers, nothing after the value, depth up to 1024;
// a byte order mark is skipped. The array at the pointer is found by comparing keys raw (unescaped only
// where they hold a backslash); the first match wins. A raw LF or CR inside a record can only be white
// space and becomes a space in place, so a record is always one line. One slicer belongs to one task; it
// is reused from page to page, and its buffers with it.
#pragma once

#include "json/document.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

enum class InvalidUtf8 { replace, error, preserve };

struct Observe {
  enum class What { last, max, min, all };
  std::string pointer;
  What what = What::last;
  bool time = false;  // compare as instants (RFC 3339 with its zone, or a date)
};

struct SliceOptions {
  std::string records;  // pointer to the array; "" the root array, or a root object as one record
  std::string record;   // pointer inside each element; "" the element
  std::string extra;    // JSON object merged into each record, replacing members of the same name; or ""
  bool allow_missing = false;
  bool keep = false;  // the items stay in the skeleton
  // JSON Lines: every line that is not blank is one object, and together they are the array at "", which `records` has
  // to be. A line break ends a value wherever it stands; a last line needs none.
  bool lines = false;
  std::vector<Observe> observe;
  InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;
};

// What a note of one observed field came to: JSON text of the value; of ALL an array; "" when no record
// had one.
using Observed = std::vector<std::string>;

struct Slices {
  std::vector<std::string_view> records;  // into the page, or into `made` where a record was put together
  std::vector<std::string> made;          // stable storage for those
  Document skeleton;                      // the page without the array's items
  Observed observed;                      // beside SliceOptions::observe
  std::uint64_t without_cursor = 0;       // records in which a max or min field was null or absent
  std::uint64_t replaced_utf8 = 0;        // invalid sequences that became U+FFFD
  bool null_array = false;                // null where the array should be: no records
  bool missing_array = false;             // absent, and allowed to be
};

// Why a page is refused; the http room retries by it.
struct SliceError {
  enum class Why {
    cut,        // the text ends inside a value (or is empty): the transfer may have been cut
    malformed,  // no JSON: message holds the offset and 40 sanitised bytes
    no_array,   // valid JSON, but nothing (or another type) at the pointer: message shows a piece
    no_object,  // an element (or the value at `record`) is no object: message holds its index
    too_deep,
    invalid_utf8,  // with InvalidUtf8::error
  };
  Why why;
  std::size_t offset = 0;
  std::string message;
};

class Slicer {
 public:
  explicit Slicer(SliceOptions options);
  Slicer(Slicer&&) noexcept;
  Slicer& operator=(Slicer&&) noexcept;
  ~Slicer();

  // A new page; buffers are kept.
  void reset();
  // Looks at the bytes of `page` not yet seen. The page holds all bytes so far, from its first; it may
  // have moved. Throws SliceError as soon as the text can't become valid.
  void feed(std::string& page);
  // The page is whole. Throws SliceError. The views stay good while `page` and the Slices are untouched.
  Slices finish(std::string& page);

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace integ::json
