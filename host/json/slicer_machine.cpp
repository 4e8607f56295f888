#include "json/slicer_machine.hpp"

#include "base/text.hpp"
#include "json/string_scan.hpp"
#include "json/unescape.hpp"

#include <algorithm>
#include <utility>

namespace integ::json {
namespace {

constexpr std::size_t kPiece = 40;   // bytes of the page that an error shows
constexpr std::size_t kBefore = 12;  // of them before the fault

// White space; inside a record line breaks become spaces, so that a record is one line.
inline char* skip_space(char* p, const char* end, bool one_line) noexcept {
  if (static_cast<unsigned char>(*p) > ' ') return p;
  if (*p == ' ' && static_cast<unsigned char>(*++p) > ' ') return p;
  for (;;) {
    switch (*p) {
      case '\n':
      case '\r':
        if (one_line) *p = ' ';
        p += skip_spaces(p + 1, end) - p;
        continue;
      case ' ':
      case '\t':
        ++p;
        continue;
      default:
        return p;
    }
  }
}

}  // namespace

SlicerMachine::SlicerMachine(const SliceOptions& options, bool streaming)
    : page_root_(paths_.add_root()),
      element_root_(paths_.add_root()),
      record_inside_(!options.record.empty()),
      lines_(options.lines),
      policy_(options.invalid_utf8) {
  paths_.add(page_root_, options.records, kRecords);
  if (record_inside_) paths_.add(element_root_, options.record, kRecord);
  for (const Observe& observe : options.observe) {
    paths_.add(element_root_, observe.pointer, kFirstObserver + static_cast<std::uint32_t>(observers_.size()));
    observers_.emplace_back(observe, !streaming                        ? Observer::Keep::places
                                     : policy_ == InvalidUtf8::replace ? Observer::Keep::repaired_text
                                                                       : Observer::Keep::text);
  }
  reset();
}

void SlicerMachine::reset() noexcept {
  paths_.forget_rounds();
  for (Observer& observer : observers_) observer.reset();
  dropped_ = at_ = 0;
  due_ = Due::start;
  skimming_ = false;
  depth_ = 0;
  frames_.clear();
  next_path_ = page_root_;
  in_element_ = false;
  round_ = 1;
  record_ = Value{};
  std::vector<Range> records = std::move(found_.records);
  records.clear();
  found_ = Findings{};
  found_.records = std::move(records);
  found_.found = found_.is_array = lines_;
  line_begin_ = searched_ = 0;
  line_number_ = 1;
}

bool SlicerMachine::begin_text(std::string& page) {
  if (due_ != Due::start) return true;
  if (page.empty()) return false;
  if (page.front() == kByteOrderMark.front()) {
    const std::string_view head = std::string_view(page).substr(0, kByteOrderMark.size());
    if (!kByteOrderMark.starts_with(head)) malformed(page.data(), page.data() + page.size(), page.data());
    if (head.size() < kByteOrderMark.size()) return false;
    at_ = kByteOrderMark.size();
  }
  next_path_ = page_root_;
  due_ = Due::value;
  line_begin_ = searched_ = at_;
  return true;
}

void SlicerMachine::feed(std::string& page) {
  if (!begin_text(page)) return;
  if (lines_) return feed_lines(page);
  advance(page.data(), page.data() + page.size());
}

void SlicerMachine::advance(char* base, char* end) {
  while ((skimming_ ? run<false>(base, end) : run<true>(base, end)) == Pause::change_level) {
  }
}

void SlicerMachine::end_number(std::string_view page) {
  if (depth_ != 0 || due_ != Due::in_number || !is_complete(number_)) return;
  end_value(current_, page, dropped_ + page.size());
  due_ = Due::after_value;
}

void SlicerMachine::end(std::string& page) {
  feed(page);
  const std::size_t size = dropped_ + page.size();
  if (lines_ && due_ != Due::start) {
    at_ = line_begin_;
    return line(page.data(), page.data() + page.size(), true);
  }
  end_number(page);
  if (depth_ == 0 && due_ == Due::after_value) return;
  const bool blank = due_ == Due::start || (due_ == Due::value && depth_ == 0 && at_ == size);
  if (lines_ && page.empty()) return;  // a text of no lines
  throw SliceError{
      .why = SliceError::Why::cut,
      .offset = size,
      .message = blank ? "the body is empty where JSON was expected"
                       : "the JSON text is cut: it ends after " + std::to_string(size) + " bytes, inside a value"};
}

std::size_t SlicerMachine::needed_from() const noexcept {
  if (lines_) return line_begin_;
  if (!found_.is_array) return 0;
  if (found_.array.end != 0) return found_.array.end - 1;  // its bracket is where the skeleton goes on
  return in_element_ ? element_begin_ : at_;
}

void SlicerMachine::drop_to(std::size_t offset) noexcept {
  dropped_ = offset;
  found_.records.clear();
}

template <bool Tracking>
SlicerMachine::Pause SlicerMachine::run(char* base, char* end) {
  // Locals, for a store through a char pointer would make the compiler read members again.
  char* p = base + (at_ - dropped_);
  const std::size_t dropped = dropped_;
  std::size_t depth = depth_;
  const std::size_t floor = floor_;
  char* const kinds = kinds_.data();
  char kind = depth == 0 ? '\0' : kinds[depth - 1];
  bool one_line = in_element_;

  const auto pause = [&](Due due, Pause why = Pause::need_more) {
    at_ = dropped + static_cast<std::size_t>(p - base);
    depth_ = depth;
    due_ = due;
    return why;
  };
  const auto offset = [&] { return dropped + static_cast<std::size_t>(p - base); };
  const auto begin = [&] {
    if constexpr (Tracking) {
      const bool follow = begin_value(offset(), *p);
      one_line = in_element_;
      return follow;
    } else {
      return true;
    }
  };
  const auto finish = [&](bool container) {
    if constexpr (Tracking) {
      Value value = current_;
      if (container) {
        value = frames_.back().self;
        frames_.pop_back();
      }
      end_value(value, {base, static_cast<std::size_t>(end - base)}, offset());
      one_line = in_element_;
    }
  };
  // Passes what stopped the plain run of a string; false when the rest has not come yet.
  const auto pass_special = [&] {
    const char* at = p;
    const Special special = scan_special(at, end, escaped_);
    p += at - p;
    switch (special) {
      case Special::passed:
        return true;
      case Special::more:
        return false;
      case Special::invalid_utf8:
        invalid_utf8(offset());
        ++p;
        return true;
      default:
        malformed(base, end, p);
    }
  };

  switch (due_) {
    case Due::start:
    case Due::value:
      goto value;
    case Due::first_value:
      goto first_value;
    case Due::first_key:
      goto first_key;
    case Due::key:
      goto key;
    case Due::colon:
      goto colon;
    case Due::in_key:
      goto in_key;
    case Due::in_string:
      goto in_string;
    case Due::in_number:
      goto in_number;
    case Due::after_value:
      goto after_value;
    case Due::value_ended:
      finish(false);
      goto after_value;
  }

first_value:
  p = skip_space(p, end, one_line);
  if (*p == ']') goto close;
  if (p == end) return pause(Due::first_value);

value:
  p = skip_space(p, end, one_line);
  switch (*p) {
    case '"':
      begin();
      ++p;
      goto in_string;
    case '{':
    case '[': {
      if (depth == kMaxDepth) too_deep(offset());
      const bool follow = begin();
      kind = *p;
      kinds[depth++] = kind;
      ++p;
      if (Tracking && !follow) {
        floor_ = depth - 1;
        skimming_ = true;
        return pause(kind == '{' ? Due::first_key : Due::first_value, Pause::change_level);
      }
      if (kind == '{') goto first_key;
      goto first_value;
    }
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      begin();
      number_ = number_start(*p);
      ++p;
      goto in_number;
    case 't':
    case 'f':
    case 'n': {
      const std::string_view word = *p == 't' ? "true" : *p == 'f' ? "false" : "null";
      const std::string_view here(p, std::min(word.size(), static_cast<std::size_t>(end - p)));
      const auto [differs, unused] = std::mismatch(here.begin(), here.end(), word.begin());
      if (differs != here.end()) malformed(base, end, p + (differs - here.begin()));
      if (here.size() < word.size()) return pause(Due::value);
      begin();
      p += word.size();
      finish(false);
      goto after_value;
    }
    default:
      if (p == end) return pause(Due::value);
      malformed(base, end, p);
  }

in_string:
  for (;;) {
    p += find_special(p, end) - p;
    if (*p == '"') break;
    if (!pass_special()) return pause(Due::in_string);
  }
  ++p;
  finish(false);
  goto after_value;

in_number : {
  NumberState number = number_;
  p += scan_number(p, number) - p;
  number_ = number;
  if (p == end) return pause(Due::in_number);
  if (!is_complete(number)) malformed(base, end, p);
  finish(false);
}

after_value:
  p = skip_space(p, end, one_line);
  if (*p == ',' && depth != 0) {
    ++p;
    if (kind == '{') goto key;
    goto value;
  }
  if (*p == kind + 2 && depth != 0) goto close;  // in ASCII, '}' is '{' + 2 and ']' is '[' + 2
  if (p == end) return pause(Due::after_value);
  malformed(base, end, p);

close:
  ++p;
  --depth;
  if constexpr (Tracking) {
    finish(true);
  } else if (depth == floor) {
    skimming_ = false;
    return pause(Due::value_ended, Pause::change_level);
  }
  kind = depth == 0 ? '\0' : kinds[depth - 1];
  goto after_value;

first_key:
  p = skip_space(p, end, one_line);
  if (*p == '}') goto close;
  if (p == end) return pause(Due::first_key);

key:
  p = skip_space(p, end, one_line);
  if (*p != '"') {
    if (p == end) return pause(Due::key);
    malformed(base, end, p);
  }
  ++p;
  if constexpr (Tracking) {
    token_ = offset();
    escaped_ = false;
  }

in_key:
  for (;;) {
    p += find_special(p, end) - p;
    if (*p == '"') break;
    if (!pass_special()) return pause(Due::in_key);
  }
  if constexpr (Tracking) enter_key({base + (token_ - dropped), offset() - token_});
  ++p;

colon:
  p = skip_space(p, end, one_line);
  if (*p != ':') {
    if (p == end) return pause(Due::colon);
    malformed(base, end, p);
  }
  ++p;
  goto value;
}

bool SlicerMachine::begin_value(std::size_t at, char first) {
  Value value{.path = next_path_, .element = false, .first = first, .begin = at};
  if (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.records) {
      value.element = true;
    } else if (frame.self.first == '[') {
      value.path = paths_.child_at(frame.self.path, frame.index++);
    }
  } else {
    value.element = lines_;
  }
  bool records = false;
  if (!in_element_ && value.path != PathTrie::kNowhere && !value.element && !paths_[value.path].marks.empty()) {
    found_.found = true;
    found_.array.begin = at;
    found_.is_array = records = first == '[';
    found_.is_null = first == 'n';
    found_.single = value.element = first == '{' && value.path == page_root_;
  }
  if (value.element) begin_element(value);
  const bool container = first == '{' || first == '[';
  if (container && (records || paths_.has_children(value.path))) {
    frames_.push_back({.self = value, .records = records, .index = 0});
    return true;
  }
  current_ = value;
  return false;
}

void SlicerMachine::end_value(const Value& value, std::string_view page, std::size_t end) {
  if (value.path != PathTrie::kNowhere && in_element_) {
    for (const std::uint32_t mark : paths_[value.path].marks) {
      if (mark == kRecord) {
        record_ = value;
        record_end_ = end;
      } else if (mark >= kFirstObserver) {
        observers_[mark - kFirstObserver].note(page, value.begin - dropped_, end - dropped_);
      }
    }
  }
  if (value.element) {
    end_element(value, end);
  } else if (found_.is_array && value.begin == found_.array.begin) {
    found_.array.end = end;
  }
}

void SlicerMachine::enter_key(std::string_view raw) {
  const std::uint64_t round = in_element_ ? round_ : 1;
  const PathTrie::Id parent = frames_.back().self.path;
  next_path_ = escaped_ ? paths_.take_key(parent, unescaped(raw), round) : paths_.take_key(parent, raw, round);
}

void SlicerMachine::begin_element(Value& value) {
  value.path = element_root_;
  in_element_ = true;
  element_begin_ = value.begin;
  ++round_;
  record_ = Value{};
}

void SlicerMachine::end_element(const Value& value, std::size_t end) {
  in_element_ = false;
  const Value& record = record_inside_ ? record_ : value;
  if (record.first == '{') {
    found_.records.push_back({record.begin, record_inside_ ? record_end_ : end});
  } else if (!found_.bad_element) {
    found_.bad_element = true;
    found_.bad_index = found_.count;
    found_.bad_offset = value.begin;
    found_.bad_line = line_number_;
  }
  ++found_.count;
}

void SlicerMachine::malformed(const char* base, const char* end, const char* at) const {
  const auto place = static_cast<std::size_t>(at - base);
  const std::size_t offset = dropped_ + place;
  const std::size_t from = place < kBefore ? 0 : place - kBefore;
  const std::string_view page(base, static_cast<std::size_t>(end - base));
  throw SliceError{.why = SliceError::Why::malformed,
                   .offset = offset,
                   .message = "this is no JSON: it breaks at byte " + std::to_string(offset) + ", near `" +
                              sanitised(page.substr(from, kPiece), kPiece) + "`"};
}

void SlicerMachine::too_deep(std::size_t at) const {
  throw SliceError{
      .why = SliceError::Why::too_deep,
      .offset = at,
      .message = "the JSON is nested deeper than " + std::to_string(kMaxDepth) + " at byte " + std::to_string(at)};
}

void SlicerMachine::invalid_utf8(std::size_t at) {
  found_.invalid_utf8 = true;
  if (policy_ != InvalidUtf8::error) return;
  throw SliceError{.why = SliceError::Why::invalid_utf8,
                   .offset = at,
                   .message = "the text is no valid UTF-8 at byte " + std::to_string(at)};
}

}  // namespace integ::json
