#include "json_tree.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace properties {
namespace {

// Where white space may stand, and what stands there.
struct Blank {
  Random* random;
  std::string operator()() const {
    static constexpr const char* kBlanks[] = {"", "", " ", "  ", "\t", "\n", "\r\n", "\n    "};
    return random == nullptr ? "" : random->of(kBlanks);
  }
};

void write(const Json& json, const Blank& blank, std::string& out) {
  if (json.kind != Json::Kind::array && json.kind != Json::Kind::object) {
    out += json.token;
    return;
  }
  const bool object = json.kind == Json::Kind::object;
  out += object ? '{' : '[';
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    if (i > 0) out += ',';
    out += blank();
    if (object) out += json.keys[i] + blank() + ":" + blank();
    write(json.items[i], blank, out);
    out += blank();
  }
  if (json.items.empty()) out += blank();
  out += object ? '}' : ']';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Json whole() {
    Json json = value();
    space();
    if (at_ != text_.size()) fail("more behind the value");
    return json;
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw std::runtime_error(std::string(what) + " at " + std::to_string(at_) + " of " +
                             std::string(text_.substr(0, 200)));
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool take(char c) {
    space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail("something else was expected");
  }
  std::string string() {
    space();
    const std::size_t begin = at_;
    if (peek() != '"') fail("no string");
    for (++at_; peek() != '"'; ++at_) {
      if (at_ >= text_.size() || static_cast<unsigned char>(text_[at_]) < 0x20) fail("a string without an end");
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  Json value() {
    space();
    switch (peek()) {
      case '{':
        return members();
      case '[':
        return elements();
      case '"':
        return Json::scalar(Json::Kind::string, string());
      default:
        return word();
    }
  }
  Json members() {
    Json json = Json::object();
    expect('{');
    if (take('}')) return json;
    do {
      std::string key = string();
      expect(':');
      json.add(std::move(key), value());
    } while (take(','));
    expect('}');
    return json;
  }
  Json elements() {
    Json json = Json::array();
    expect('[');
    if (take(']')) return json;
    do {
      json.items.push_back(value());
    } while (take(','));
    expect(']');
    return json;
  }
  Json word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos) ++at_;
    std::string token(text_.substr(begin, at_ - begin));
    if (token == "null") return {};
    if (token == "true" || token == "false") return Json::scalar(Json::Kind::boolean, std::move(token));
    if (token.empty() || token.find_first_not_of("0123456789+-.eE") != std::string::npos) fail("no value");
    return Json::scalar(Json::Kind::number, std::move(token));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

unsigned hex(std::string_view digits) {
  return digits.size() == 4 ? static_cast<unsigned>(std::stoul(std::string(digits), nullptr, 16)) : 0;
}

void append(std::string& out, unsigned code) {
  const auto byte = [&](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      byte(0xE0 | code >> 12);
    } else {
      byte(0xF0 | code >> 18);
      byte(0x80 | (code >> 12 & 0x3F));
    }
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

}  // namespace

std::string compact(const Json& json) {
  std::string out;
  write(json, {nullptr}, out);
  return out;
}

std::string spaced(const Json& json, Random& random) {
  std::string out;
  write(json, {&random}, out);
  return out;
}

Json parsed(std::string_view text) { return Parser(text).whole(); }

std::string decoded(std::string_view token) {
  std::string out;
  const std::string_view raw = token.substr(1, token.size() - 2);
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] != '\\') {
      out += raw[at];
      continue;
    }
    const char escape = raw[++at];
    static constexpr std::string_view kEscapes = "bfnrt\"\\/";
    static constexpr std::string_view kMeanings = "\b\f\n\r\t\"\\/";
    if (escape != 'u') {
      out += kMeanings[kEscapes.find(escape)];
      continue;
    }
    unsigned code = hex(raw.substr(at + 1, 4));
    const bool high = code >= 0xD800 && code < 0xDC00;
    const unsigned low = high && raw.substr(at + 5, 2) == "\\u" ? hex(raw.substr(at + 7, 4)) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      append(out, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
      at += 10;
    } else if (code >= 0xD800 && code < 0xE000) {
      out += raw.substr(at - 1, 6);
      at += 4;
    } else {
      append(out, code);
      at += 4;
    }
  }
  return out;
}

std::string token_of(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
    } else {
      out += c;
    }
  }
  return out += '"';
}

}  // namespace properties
