#include "record.hpp"

#include <integ/adapter.hpp>

#include <charconv>
#include <system_error>

namespace integ_sqlite {
namespace {

[[noreturn]] void malformed() {
  throw integ::AdapterFailure(INTEG_E_MALFORMED, "a record is not one whole JSON object");
}

// A cursor over the text that never passes its end: one() there answers NUL, which no rule accepts.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t& at) : text_(text), at_(at) {}

  char one() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void step() { ++at_; }
  void space() {
    while (one() == ' ' || one() == '\t' || one() == '\n' || one() == '\r') step();
  }
  void expect(char c) {
    if (one() != c) malformed();
    step();
  }

  Value string() {
    expect('"');
    const std::size_t begin = at_;
    bool escaped = false;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        const Value value{Kind::string, text_.substr(begin, at_ - begin), escaped};
        step();
        return value;
      }
      if (text_[at_] == '\\') {
        escaped = true;
        ++at_;
      }
    }
    malformed();
  }

  Value value() {
    switch (one()) {
      case '"':
        return string();
      case '{':
      case '[':
        return nested();
      default:
        return word();
    }
  }

 private:
  Value nested() {
    const std::size_t begin = at_;
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
        continue;
      }
      step();
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return {Kind::nested, text_.substr(begin, at_ - begin), false};
    }
    malformed();
  }

  // A number, true, false or null: up to what ends it.
  Value word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos) step();
    const std::string_view raw = text_.substr(begin, at_ - begin);
    if (raw == "null") return {Kind::null, raw, false};
    if (raw == "true" || raw == "false") return {Kind::boolean, raw, false};
    if (raw.empty() || (raw.front() != '-' && (raw.front() < '0' || raw.front() > '9'))) malformed();
    return {Kind::number, raw, false};
  }

  std::string_view text_;
  std::size_t& at_;
};

std::optional<unsigned> hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  unsigned code = 0;
  const char* const begin = text.data() + at;
  const auto parsed = std::from_chars(begin, begin + 4, code, 16);
  if (parsed.ec != std::errc() || parsed.ptr != begin + 4) return std::nullopt;
  return code;
}

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&](unsigned bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6));
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3F));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

// The escape `\u....` whose backslash is at `at`; answers where the text goes on.
std::size_t append_unicode(std::string& out, std::string_view raw, std::size_t at) {
  const auto code = hex4(raw, at + 2);
  if (!code) malformed();
  if (*code < 0xD800 || *code > 0xDFFF) {
    append_utf8(out, *code);
    return at + 6;
  }
  if (*code < 0xDC00 && raw.substr(at + 6, 2) == "\\u") {
    const auto low = hex4(raw, at + 8);
    if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
      append_utf8(out, 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00));
      return at + 12;
    }
  }
  out += raw.substr(at, 6);
  return at + 6;
}

char plain_escape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '"':
    case '\\':
    case '/':
      return c;
    default:
      malformed();
  }
}

}  // namespace

RecordReader::RecordReader(std::string_view object) : text_(object) {
  Scanner scan(text_, at_);
  scan.space();
  scan.expect('{');
}

bool RecordReader::next(Member& member) {
  Scanner scan(text_, at_);
  scan.space();
  if (scan.one() == '}') return false;
  if (!first_) scan.expect(',');
  first_ = false;
  scan.space();
  member.name = scan.string();
  scan.space();
  scan.expect(':');
  scan.space();
  member.value = scan.value();
  return true;
}

std::string_view text_of(const Value& string, std::string& arena) {
  if (!string.escaped) return string.raw;
  const std::string_view raw = string.raw;
  const std::size_t begin = arena.size();
  for (std::size_t at = 0; at < raw.size();) {
    if (raw[at] != '\\') {
      arena += raw[at++];
    } else if (at + 1 >= raw.size()) {
      malformed();
    } else if (raw[at + 1] == 'u') {
      at = append_unicode(arena, raw, at);
    } else {
      arena += plain_escape(raw[at + 1]);
      at += 2;
    }
  }
  return std::string_view(arena).substr(begin);
}

std::optional<Value> look_up(const Value& value, const std::vector<std::string>& steps) {
  Value here = value;
  std::string name;
  for (const std::string& step : steps) {
    // An array has no member names; keys inside arrays are not what a stream is known by.
    if (here.kind != Kind::nested || here.raw.front() != '{') return std::nullopt;
    std::optional<Value> found;
    RecordReader reader(here.raw);
    for (Member member; reader.next(member);) {
      name.clear();
      if (text_of(member.name, name) == step) found = member.value;
    }
    if (!found) return std::nullopt;
    here = *found;
  }
  return here;
}

std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  for (std::size_t at = 0; at < pointer.size(); ++at) {
    const char c = pointer[at];
    if (c == '/') {
      steps.emplace_back();
    } else if (!steps.empty()) {
      const char escaped = c == '~' && at + 1 < pointer.size() ? pointer[at + 1] : '\0';
      if (escaped == '0' || escaped == '1') {
        steps.back() += escaped == '0' ? '~' : '/';
        ++at;
      } else {
        steps.back() += c;
      }
    }
  }
  return steps;
}

std::string pointer_to(std::string_view member) {
  std::string pointer = "/";
  for (const char c : member) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace integ_sqlite
