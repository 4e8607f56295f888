// Fields noted while records are sliced: the newest cursor, the keys of parents. One for each Observe.
//
// null counts as absent: a cursor of null would start the next run from scratch. Of `max` and `min` the
// first of equal values stays. Numbers come before all else, and with `time` what is no instant comes
// before what is one.
#pragma once

#include "json/slicer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

class Observer {
 public:
  // Places in a page that stays, or text of its own where the page goes; repaired: invalid UTF-8 is replaced in it.
  enum class Keep { places, text, repaired_text };

  explicit Observer(const Observe& observe, Keep keep = Keep::places)
      : what_(observe.what), time_(observe.time), keep_(keep) {}

  void reset() noexcept {
    seen_.clear();
    text_.clear();
    count_ = 0;
  }
  // One record's value: [begin, end) of the page.
  void note(std::string_view page, std::size_t begin, std::size_t end);
  // Of how many records a value was noted.
  std::uint64_t count() const noexcept { return count_; }
  bool is_cursor() const noexcept { return what_ == Observe::What::max || what_ == Observe::What::min; }
  // JSON text, or "" when no record had a value.
  std::string result(std::string_view page) const;

 private:
  struct Range {
    std::size_t begin;
    std::size_t end;
  };
  bool replaces(std::string_view candidate, std::string_view held) const;
  void note_text(std::string_view value);

  Observe::What what_;
  bool time_;
  Keep keep_;
  std::vector<Range> seen_;  // of places: all of them, or the one that leads
  std::uint64_t count_ = 0;
  std::string text_;  // else: "[a,b" of all, or the one that leads
};

}  // namespace integ::json
