#include "json/member_walk.hpp"

#include "base/error.hpp"
#include "json/string_scan.hpp"
#include "json/unescape.hpp"

namespace integ::json {
namespace {

[[noreturn]] void broken() { throw Error(Kind::internal, "a JSON text that should have been valid is not"); }

char byte_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) broken();
  return text[at];
}

// Behind the string whose opening quote is at `at`.
std::size_t skip_string(std::string_view text, std::size_t at, bool& escaped) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* p = begin + at + 1;
  for (;;) {
    p = find_special(p, end);
    if (p == end) broken();
    if (*p == '"') return static_cast<std::size_t>(p - begin) + 1;
    if (*p == '\\') {
      escaped = true;
      if (++p == end) broken();
    }
    ++p;
  }
}

std::size_t skip_container(std::string_view text, std::size_t at) {
  bool escaped = false;
  std::size_t depth = 0;
  for (;;) {
    switch (byte_at(text, at)) {
      case '"':
        at = skip_string(text, at, escaped);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
    ++at;
  }
}

}  // namespace

std::size_t skip_blank(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) ++at;
  return at;
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  bool escaped = false;
  const char first = byte_at(text, at);
  if (first == '"') return skip_string(text, at, escaped);
  if (first == '{' || first == '[') return skip_container(text, at);
  const std::size_t end = text.find_first_of(",]} \t\r\n", at);
  return end == std::string_view::npos ? text.size() : end;
}

MemberWalk::MemberWalk(std::string_view text) : text_(text) {
  at_ = skip_blank(text_, 0);
  object_ = byte_at(text_, at_) == '{';
  if (!object_ && text_[at_] != '[') broken();
}

bool MemberWalk::next() {
  // at_ is at the opening bracket, or behind the value before.
  at_ = skip_blank(text_, at_);
  const char mark = byte_at(text_, at_);
  if (mark == '}' || mark == ']') return false;
  if (mark != ',' && mark != '{' && mark != '[') broken();
  at_ = skip_blank(text_, at_ + 1);
  const char first = byte_at(text_, at_);
  if (first == '}' || first == ']') return false;
  if (object_) {
    if (first != '"') broken();
    bool escaped = false;
    const std::size_t end = skip_string(text_, at_, escaped);
    raw_key_ = text_.substr(at_ + 1, end - at_ - 2);
    key_is_raw_ = !escaped;
    if (escaped) key_ = unescaped(raw_key_);
    at_ = skip_blank(text_, end);
    if (byte_at(text_, at_) != ':') broken();
    at_ = skip_blank(text_, at_ + 1);
  }
  const std::size_t end = skip_value(text_, at_);
  value_ = text_.substr(at_, end - at_);
  at_ = end;
  return true;
}

}  // namespace integ::json
