#include "json/document_builder.hpp"

#include "base/text.hpp"
#include "json/compare.hpp"
#include "json/number_scan.hpp"
#include "json/string_scan.hpp"
#include "json/unescape.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

namespace integ::json {
namespace {

template <typename T>
T* in_arena(std::pmr::memory_resource& arena, const T* from, std::size_t count) {
  static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
  if (count == 0) return nullptr;
  T* to = static_cast<T*>(arena.allocate(count * sizeof(T), alignof(T)));
  std::uninitialized_copy_n(from, count, to);
  return to;
}

double to_double(std::string_view text) noexcept {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  if (magnitude(text) < 0) return 0;
  const double infinity = std::numeric_limits<double>::infinity();
  return text.front() == '-' ? -infinity : infinity;
}

// The array whose items were cut out is the one node that begins there.
void elide(Node& node, const char* begin, std::uint64_t count) noexcept {
  if (node.type == Type::array && node.text.data() == begin) {
    node.elided = true;
    node.count = count;
    return;
  }
  if (!node.is_array() && !node.is_object()) return;
  if (begin < node.text.data() || begin >= node.text.data() + node.text.size()) return;
  // The path down is as deep as the pointer that led there; nodes are const to all but their builder.
  for (std::uint64_t i = 0; i < node.count; ++i) elide(const_cast<Node&>(node.items[i]), begin, count);
}

}  // namespace

DocumentBuilder::DocumentBuilder(Document::Storage& storage)
    : storage_(storage), begin_(storage.text.data()), end_(storage.text.data() + storage.text.size()), p_(begin_) {}

void DocumentBuilder::fill(Document::Storage& storage) { DocumentBuilder(storage).parse(); }

Document DocumentBuilder::build(std::string text) {
  auto storage = std::make_unique<Document::Storage>(std::move(text));
  fill(*storage);
  return Document(std::move(storage));
}

Document DocumentBuilder::build_skeleton(std::string text, std::size_t array_offset, std::uint64_t count) {
  Document document = build(std::move(text));
  elide(document.storage_->root, document.storage_->text.data() + array_offset, count);
  document.storage_->elision = Document::Elision{array_offset, count};
  return document;
}

void DocumentBuilder::fail(const char* at, std::string message) const {
  throw SyntaxError{.offset = offset(at), .message = std::move(message)};
}

void DocumentBuilder::skip_space() noexcept {
  while (*p_ == ' ' || *p_ == '\t' || *p_ == '\n' || *p_ == '\r') ++p_;
}

void DocumentBuilder::parse() {
  if (storage_.text.starts_with(kByteOrderMark)) p_ += kByteOrderMark.size();
  for (;;) {
    skip_space();
    if (value_due_) {
      parse_value();
    } else if (open_.empty()) {
      break;
    } else if (*p_ == ',') {
      ++p_;
      value_due_ = true;
      if (open_.back().object) parse_key();
    } else if (*p_ == (open_.back().object ? '}' : ']')) {
      close();
    } else {
      fail(p_, open_.back().object ? "expected ',' or '}'" : "expected ',' or ']'");
    }
  }
  if (p_ != end_) fail(p_, "text after the end of the JSON value");
  storage_.root = values_.back();
}

void DocumentBuilder::parse_value() {
  switch (*p_) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"': {
      Node node;
      node.type = Type::string;
      node.text = parse_string();
      values_.push_back(node);
      value_due_ = false;
      return;
    }
    case 't':
      return parse_literal("true", Type::boolean, true);
    case 'f':
      return parse_literal("false", Type::boolean, false);
    case 'n':
      return parse_literal("null", Type::null, false);
    default:
      if (*p_ == '-' || is_digit(*p_)) return parse_number();
      fail(p_, p_ == end_ ? "the text ends where a value is expected" : "expected a value");
  }
}

void DocumentBuilder::parse_literal(std::string_view word, Type type, bool boolean) {
  if (std::string_view(p_, static_cast<std::size_t>(end_ - p_)).substr(0, word.size()) != word) {
    fail(p_, "expected a value");
  }
  Node node;
  node.type = type;
  node.boolean = boolean;
  node.text = {p_, word.size()};
  values_.push_back(node);
  value_due_ = false;
  p_ += word.size();
}

void DocumentBuilder::parse_number() {
  const char* start = p_;
  NumberState state = number_start(*p_);
  p_ = scan_number(p_ + 1, state);
  if (!is_complete(state)) fail(p_, "expected a digit");
  Node node;
  node.text = {start, static_cast<std::size_t>(p_ - start)};
  node.type = Type::number;
  node.number = to_double(node.text);
  if (state == NumberState::zero || state == NumberState::integer) {
    const auto [stop, error] = std::from_chars(start, p_, node.integer);
    if (error == std::errc()) node.type = Type::integer;
  }
  values_.push_back(node);
  value_due_ = false;
}

std::string_view DocumentBuilder::parse_string() {
  const char* start = ++p_;
  bool escaped = false;
  for (;;) {
    p_ = find_special(p_, end_);
    if (*p_ == '"') break;
    switch (scan_special(p_, end_, escaped)) {
      case Special::passed:
        break;
      case Special::more:
        fail(end_, "the text ends inside a string");
      case Special::invalid_utf8:
        fail(p_, "invalid UTF-8");
      case Special::control:
        fail(p_, "a control character inside a string");
      case Special::bad_escape:
        fail(p_, "invalid escape");
    }
  }
  const std::string_view raw(start, static_cast<std::size_t>(p_ - start));
  ++p_;
  if (!escaped) return raw;
  const std::string text = unescaped(raw);
  return {in_arena(storage_.arena, text.data(), text.size()), text.size()};
}

// Also the colon, and the way to the value.
void DocumentBuilder::parse_key() {
  skip_space();
  if (*p_ != '"') fail(p_, "expected a member's name in double quotes");
  keys_.push_back(parse_string());
  skip_space();
  if (*p_ != ':') fail(p_, "expected ':'");
  ++p_;
}

void DocumentBuilder::open(bool object) {
  if (open_.size() == kMaxDepth) fail(p_, "nested deeper than " + std::to_string(kMaxDepth));
  open_.push_back({object, offset(p_), values_.size(), keys_.size()});
  ++p_;
  skip_space();
  if (*p_ == (object ? '}' : ']')) {
    close();
  } else if (object) {
    parse_key();
  }
}

void DocumentBuilder::close() {
  const Open open = open_.back();
  open_.pop_back();
  ++p_;
  Node node;
  node.type = open.object ? Type::object : Type::array;
  node.text = {begin_ + open.begin, offset(p_) - open.begin};
  node.count = values_.size() - open.first_value;
  node.items = in_arena(storage_.arena, values_.data() + open.first_value, node.count);
  values_.resize(open.first_value);
  if (open.object) {
    node.keys = in_arena(storage_.arena, keys_.data() + open.first_key, node.count);
    keys_.resize(open.first_key);
  }
  values_.push_back(node);
  value_due_ = false;
}

}  // namespace integ::json
