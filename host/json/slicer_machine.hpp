// The machine behind Slicer: one pass over a growing page, that can stop at every byte.
//
// It runs at two levels. Where a pointer may still match (outside the records, and inside them only when
// something in there is asked for) it is *tracking*: keys are compared and values noted. A value that nothing
// is asked about is *skimmed*: the same grammar, checked in full, with no bookkeeping but the kinds of
// the open containers. Nearly all bytes of a page are skimmed.
//
// Invariants between two calls of feed():
//  1. [0, at_) is a prefix of a valid JSON text; at_ is the first byte not consumed. A token that is cut
//     at the end of the data stays unconsumed when it is short (a literal, an escape, a multi-byte
//     character); strings and numbers go on where they stopped, so no byte is read twice but those few.
//  2. kinds_[0, depth_) are the open containers; frames_ are those of them that are tracked, outermost first.
//  3. When skimming, floor_ is the depth at which tracking goes on, and depth_ > floor_.
//  4. Offsets count from the first byte of the text. A pass that streams lets go of the front of the page, and
//     dropped_ is how much of it; else it is 0.
//
// JSON Lines are the same machine started anew for each line (slicer_lines.cpp).
#pragma once

#include "json/findings.hpp"
#include "json/number_scan.hpp"
#include "json/observe.hpp"
#include "json/path_trie.hpp"
#include "json/slicer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

class SlicerMachine {
 public:
  // `streaming`: the front of the page will be dropped on the way.
  explicit SlicerMachine(const SliceOptions& options, bool streaming = false);

  void reset() noexcept;
  // Throws SliceError.
  void feed(std::string& page);
  // Checks that the page ends where a JSON text may end. Throws SliceError.
  void end(std::string& page);

  const Findings& findings() const noexcept { return found_; }
  const std::vector<Observer>& observers() const noexcept { return observers_; }

  // Streaming: what lies before this offset is of no more use to the pass, but for the records found there.
  std::size_t needed_from() const noexcept;
  // The page begins at that offset now, which is not above needed_from(); the records found so far are forgotten.
  void drop_to(std::size_t offset) noexcept;
  std::size_t dropped() const noexcept { return dropped_; }

 private:
  // What is due at at_.
  enum class Due : std::uint8_t {
    start,        // a byte order mark or a value
    value,        // a value
    first_value,  // a value or ']'
    first_key,    // a key or '}'
    key,          // a key
    colon,
    in_key,  // inside the string; token_ is its first byte
    in_string,
    in_number,
    after_value,  // ',' or the end of the container; at depth 0 the end of the page
    value_ended,  // tracking only: a value that was skimmed has ended right before at_
  };
  enum class Pause { need_more, change_level };

  struct Value {
    PathTrie::Id path = PathTrie::kNowhere;
    bool element = false;  // one of the records
    char first = 0;
    std::size_t begin = 0;
  };
  struct Frame {
    Value self;
    bool records = false;  // the array whose elements are the records
    std::uint64_t index = 0;
  };

  template <bool Tracking>
  Pause run(char* base, char* end);
  void advance(char* base, char* end);
  // A number at the very end of the text has ended, too.
  void end_number(std::string_view page);
  // The byte order mark; false when more bytes have to tell.
  bool begin_text(std::string& page);

  void feed_lines(std::string& page);
  // The line from the offset at_ to `end`, where a NUL stands; `last` has no line break behind it.
  void line(char* base, char* end, bool last);

  // Tracking: a value begins; true when it is a container that has to be tracked inside.
  bool begin_value(std::size_t at, char first);
  void end_value(const Value& value, std::string_view page, std::size_t end);
  void enter_key(std::string_view raw);
  void begin_element(Value& value);
  void end_element(const Value& value, std::size_t end);

  [[noreturn]] void malformed(const char* base, const char* end, const char* at) const;
  [[noreturn]] void too_deep(std::size_t at) const;
  // Throws when the policy says so; else the invalid byte counts as a character.
  void invalid_utf8(std::size_t at);

  // Marks in the trie; observers follow from kFirstObserver.
  static constexpr std::uint32_t kRecords = 0;
  static constexpr std::uint32_t kRecord = 1;
  static constexpr std::uint32_t kFirstObserver = 2;

  PathTrie paths_;
  PathTrie::Id page_root_;
  PathTrie::Id element_root_;
  bool record_inside_;  // SliceOptions::record is not ""
  bool lines_;
  InvalidUtf8 policy_;
  std::vector<Observer> observers_;

  std::size_t dropped_ = 0;
  std::size_t at_ = 0;
  Due due_ = Due::start;
  bool skimming_ = false;
  bool escaped_ = false;
  NumberState number_ = NumberState::minus;
  std::size_t token_ = 0;
  std::size_t depth_ = 0;
  std::size_t floor_ = 0;
  std::array<char, kMaxDepth> kinds_{};  // '{' or '['

  std::vector<Frame> frames_;
  Value current_;                                // the value that is a scalar or skimmed
  PathTrie::Id next_path_ = PathTrie::kNowhere;  // of the member whose key was read
  bool in_element_ = false;
  std::size_t element_begin_ = 0;
  std::uint64_t round_ = 1;  // of the trie: 1 for the page, a new one for each element
  Value record_;             // at `record` in this element
  std::size_t record_end_ = 0;
  std::size_t line_begin_ = 0;  // of the first line that is not whole yet
  std::size_t searched_ = 0;    // no line break between it and here
  std::size_t line_number_ = 1;
  Findings found_;
};

}  // namespace integ::json
