#include "json/observe.hpp"

#include "base/text.hpp"
#include "json/compare.hpp"
#include "json/number_scan.hpp"
#include "json/text.hpp"
#include "json/unescape.hpp"

#include <optional>

namespace integ::json {
namespace {

bool is_number(std::string_view json) { return json.front() == '-' || is_digit(json.front()); }

// A string's text without its quotes, else the JSON itself.
std::string text_of(std::string_view json) {
  if (json.front() != '"') return std::string(json);
  return unescaped(json.substr(1, json.size() - 2));
}

int compare_times(const std::string& a, const std::string& b) {
  const std::optional<Instant> x = parse_instant(a);
  const std::optional<Instant> y = parse_instant(b);
  if (x && y) return compare_instants(*x, *y);
  if (x || y) return x ? 1 : -1;
  return a.compare(b);
}

int compare_values(std::string_view a, std::string_view b, bool time) {
  const bool number = is_number(a);
  if (number && is_number(b)) return compare_numbers(a, b);
  if (number != is_number(b)) return number ? -1 : 1;
  return time ? compare_times(text_of(a), text_of(b)) : text_of(a).compare(text_of(b));
}

}  // namespace

void Observer::note(std::string_view page, std::size_t begin, std::size_t end) {
  const std::string_view value = page.substr(begin, end - begin);
  if (value == "null") return;
  ++count_;
  if (keep_ != Keep::places) return note_text(value);
  if (what_ == Observe::What::all || seen_.empty()) {
    seen_.push_back({begin, end});
  } else if (replaces(value, page.substr(seen_[0].begin, seen_[0].end - seen_[0].begin))) {
    seen_[0] = {begin, end};
  }
}

void Observer::note_text(std::string_view value) {
  std::string repaired;
  if (keep_ == Keep::repaired_text && find_invalid_utf8(value) != std::string_view::npos) {
    value = repaired = replace_invalid_utf8(value);
  }
  if (what_ == Observe::What::all) {
    text_ += text_.empty() ? '[' : ',';
    text_ += compacted(value);
  } else if (text_.empty() || replaces(value, text_)) {
    text_ = value;
  }
}

bool Observer::replaces(std::string_view candidate, std::string_view held) const {
  switch (what_) {
    case Observe::What::max:
      return compare_values(candidate, held, time_) > 0;
    case Observe::What::min:
      return compare_values(candidate, held, time_) < 0;
    default:
      return true;
  }
}

std::string Observer::result(std::string_view page) const {
  if (!text_.empty()) return what_ == Observe::What::all ? text_ + "]" : compacted(text_);
  if (seen_.empty()) return {};
  const auto text = [page](Range range) { return compacted(page.substr(range.begin, range.end - range.begin)); };
  if (what_ != Observe::What::all) return text(seen_[0]);
  std::string out;
  for (const Range range : seen_) {
    out += out.empty() ? '[' : ',';
    out += text(range);
  }
  return out += ']';
}

}  // namespace integ::json
