// A JSON document in memory, for the testing host: a strict RFC 8259 parser that keeps each value's own
// text. Made for tests: small before fast. What is no JSON is a std::invalid_argument.
#pragma once

#include <integ/abi.h>
#include <integ/text.hpp>

#include <charconv>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace testing {

struct Node {
  int kind = INTEG_ABSENT;
  std::string key;        // of an object's member
  std::string_view text;  // as written
  std::string string;     // of a string, unescaped
  std::vector<Node> children;
  bool emitted = false;  // its items are gone, only their number is left

  const Node* find(std::string_view pointer) const {
    const Node* at = this;
    while (!pointer.empty()) {
      if (pointer.front() != '/') throw std::invalid_argument("ill-formed pointer " + std::string(pointer));
      const auto end = pointer.find('/', 1);
      at = at->child(unescaped(pointer.substr(1, end == pointer.npos ? pointer.npos : end - 1)));
      if (at == nullptr) return nullptr;
      pointer = end == pointer.npos ? std::string_view() : pointer.substr(end);
    }
    return at;
  }
  Node* find(std::string_view pointer) { return const_cast<Node*>(std::as_const(*this).find(pointer)); }

 private:
  static std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
      const bool escape = token[i] == '~' && i + 1 < token.size();
      out += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
    }
    return out;
  }
  const Node* child(const std::string& token) const {
    if (emitted) return nullptr;
    if (kind == INTEG_ARRAY) {
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
      const bool whole = error == std::errc() && end == token.data() + token.size();
      return whole && index < children.size() ? &children[index] : nullptr;
    }
    for (const auto& member : children) {
      if (member.key == token) return &member;
    }
    return nullptr;
  }
};

// Owns the text that its nodes point into: neither copied nor moved.
class Document {
 public:
  explicit Document(std::string text) : text_(std::move(text)), rest_(text_) {
    root_ = value(0);
    space();
    if (!rest_.empty()) wrong("something after the value");
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  Node& root() { return root_; }
  const Node& root() const { return root_; }

 private:
  [[noreturn]] void wrong(const std::string& what) const {
    throw std::invalid_argument("JSON: " + what + " at byte " + std::to_string(text_.size() - rest_.size()));
  }
  void space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }
  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  Node value(int depth) {
    if (depth > 512) wrong("too deep");
    space();
    Node node;
    const char* const begin = rest_.data();
    if (take("null")) {
      node.kind = INTEG_NULL;
    } else if (take("true") || take("false")) {
      node.kind = INTEG_BOOL;
    } else if (take("{")) {
      node.kind = INTEG_OBJECT;
      list(node, '}', depth);
    } else if (take("[")) {
      node.kind = INTEG_ARRAY;
      list(node, ']', depth);
    } else if (rest_.starts_with('"')) {
      node.kind = INTEG_STRING;
      node.string = string();
    } else {
      number(node);
    }
    node.text = std::string_view(begin, static_cast<std::size_t>(rest_.data() - begin));
    return node;
  }
  void list(Node& node, char end, int depth) {
    space();
    if (take(std::string_view(&end, 1))) return;
    do {
      std::string key;
      if (end == '}') {
        space();
        if (!rest_.starts_with('"')) wrong("a name was expected");
        key = string();
        space();
        if (!take(":")) wrong("':' was expected");
      }
      node.children.push_back(value(depth + 1));
      node.children.back().key = std::move(key);
      space();
    } while (take(","));
    if (!take(std::string_view(&end, 1))) wrong("',' or the end of a list was expected");
  }
  void number(Node& node) {
    const auto digits = [this] {
      std::size_t count = 0;
      while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') rest_.remove_prefix(1), ++count;
      return count;
    };
    take("-");
    const bool zero = rest_.starts_with('0');
    const auto whole = digits();
    if (whole == 0 || (zero && whole > 1)) wrong("a value was expected");
    bool integer = true;
    if (take(".")) {
      integer = false;
      if (digits() == 0) wrong("digits were expected");
    }
    if (take("e") || take("E")) {
      integer = false;
      if (!take("-")) take("+");
      if (digits() == 0) wrong("digits were expected");
    }
    node.kind = integer ? INTEG_INT : INTEG_DOUBLE;
  }
  unsigned hex4() {
    unsigned code = 0;
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + std::min<std::size_t>(4, rest_.size()), code, 16);
    if (error != std::errc() || end != rest_.data() + 4) wrong("four hex digits were expected");
    rest_.remove_prefix(4);
    return code;
  }
  static void utf8(std::string& out, unsigned code) {
    const auto byte = [&](unsigned bits) { out += static_cast<char>(bits); };
    if (code < 0x80) {
      byte(code);
    } else if (code < 0x800) {
      byte(0xC0U | code >> 6U), byte(0x80U | (code & 63U));
    } else if (code < 0x10000) {
      byte(0xE0U | code >> 12U), byte(0x80U | (code >> 6U & 63U)), byte(0x80U | (code & 63U));
    } else {
      byte(0xF0U | code >> 18U), byte(0x80U | (code >> 12U & 63U)), byte(0x80U | (code >> 6U & 63U));
      byte(0x80U | (code & 63U));
    }
  }
  std::string string() {
    std::string out;
    rest_.remove_prefix(1);
    while (!take("\"")) {
      if (rest_.empty() || static_cast<unsigned char>(rest_.front()) < 0x20) wrong("a string is not closed");
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c != '\\') {
        out += c;
        continue;
      }
      if (rest_.empty()) wrong("a string is not closed");
      const char escape = rest_.front();
      rest_.remove_prefix(1);
      static constexpr std::string_view names = "\"\\/bfnrt";
      static constexpr std::string_view bytes = "\"\\/\b\f\n\r\t";
      if (const auto at = names.find(escape); at != names.npos) {
        out += bytes[at];
      } else if (escape == 'u') {
        unsigned code = hex4();
        if (code >= 0xD800 && code < 0xDC00 && take("\\u"))
          code = 0x10000 + ((code - 0xD800) << 10U) + (hex4() - 0xDC00);
        utf8(out, code);
      } else {
        wrong("an unknown escape");
      }
    }
    return out;
  }

  std::string text_;
  std::string_view rest_;
  Node root_;
};

}  // namespace testing
}  // namespace v1
}  // namespace integ
