// A JSON value that the host holds: of a document (config, state, ...) or of an answer. Nothing is parsed
// in the plug-in; each look-up is one call.
//
//   for (const integ::Value& shop : page.at("/shops").items()) ids.push_back(shop.at("/id").string());
//
// A value of an answer is good until the Response is used for the next request, one of a document until
// `run` returns. Thread: the one that entered.
#pragma once

#include <integ/error.hpp>
#include <integ/text.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {

class Value {
 public:
  Value() { value_.size = sizeof(integ_value); }
  Value(const integ_host* host, integ_http_context* context) : Value() {
    host_ = host;
    context_ = context;
  }
  // The root of a document or an answer; nothing where there is none.
  static Value root(const integ_host* host, integ_http_context* context, const integ_node* node) {
    return Value(host, context).look_up(node, "");
  }

  bool exists() const { return value_.kind != INTEG_ABSENT; }
  bool is_null() const { return value_.kind == INTEG_NULL; }
  bool is_string() const { return value_.kind == INTEG_STRING; }
  bool is_bool() const { return value_.kind == INTEG_BOOL; }
  bool is_integer() const { return value_.kind == INTEG_INT; }
  bool is_number() const { return value_.kind == INTEG_INT || value_.kind == INTEG_DOUBLE; }
  bool is_array() const { return value_.kind == INTEG_ARRAY; }
  bool is_object() const { return value_.kind == INTEG_OBJECT; }
  // Absent, null: what most callers treat alike.
  explicit operator bool() const { return exists() && !is_null(); }
  const char* kind_name() const {
    static constexpr const char* names[] = {"nothing",  "null",     "a boolean", "an integer",
                                            "a number", "a string", "an array",  "an object"};
    return value_.kind >= 0 && value_.kind <= INTEG_OBJECT ? names[value_.kind] : "something unknown";
  }

  // By RFC 6901 pointer, "" for itself.
  Value at(std::string_view pointer) const { return look_up(value_.node, pointer); }
  // Elements of an array or object; 0 of anything else.
  std::uint64_t count() const { return is_array() || is_object() ? value_.count : 0; }

  // A string's text, and the digits of a number (page tokens are often numbers); "" for null and absent.
  std::string string() const {
    if (!*this) return {};
    if (!is_string() && !is_number()) expected("a string");
    return std::string(text());
  }
  // Also of 1018.0, which is an integer to JSON Schema and is what some stores make of 1018, as far as a double is
  // exact.
  std::optional<std::int64_t> whole() const {
    constexpr double kExact = 9'007'199'254'740'992.0;  // 2^53
    if (is_integer()) return value_.integer;
    if (!is_number() || !(value_.number >= -kExact && value_.number <= kExact)) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(value_.number);
    return static_cast<double>(whole) == value_.number ? std::optional(whole) : std::nullopt;
  }
  std::int64_t integer(std::int64_t otherwise = 0) const {
    if (!*this) return otherwise;
    const auto number = whole();
    if (!number) expected("an integer");
    return *number;
  }
  double number(double otherwise = 0) const {
    if (!*this) return otherwise;
    if (!is_number()) expected("a number");
    return value_.number;
  }
  bool boolean(bool otherwise = false) const {
    if (!*this) return otherwise;
    if (!is_bool()) expected("a boolean");
    return value_.integer != 0;
  }
  // Borrowed: a string's bytes, a number's digits, an array's or object's JSON where the host has it.
  std::string_view text() const { return detail::view(value_.text); }

  // The elements in order; the keys of an object beside them in members().
  std::vector<Value> items() const {
    std::vector<Value> all;
    for (const auto& member : members()) all.push_back(member.second);
    return all;
  }
  std::vector<std::pair<std::string, Value>> members() const {
    std::vector<std::pair<std::string, Value>> all;
    for (std::uint64_t i = 0; i < count(); ++i) {
      Value value(host_, context_);
      integ_str key{};
      detail::must(host_->item(context_, value_.node, i, &key, &value.value_));
      // The items of an array that was emitted are gone, its count is not.
      if (value.exists()) all.emplace_back(std::string(detail::view(key)), value);
    }
    return all;
  }

  // The value as JSON text again.
  std::string json() const {
    std::string out;
    append_json(out);
    return out;
  }

 private:
  friend class HttpContext;

  Value look_up(const integ_node* node, std::string_view pointer) const {
    Value found(host_, context_);
    if (pointer.empty() && node == value_.node && exists()) return *this;
    if (node != nullptr) detail::must(host_->get(context_, node, detail::str(pointer), &found.value_));
    return found;
  }
  [[noreturn]] void expected(const char* what) const {
    detail::raise(Failure::malformed, std::string(what) + " was expected, " + kind_name() + " was found");
  }
  void append_json(std::string& out) const {
    if (is_string()) return detail::append_quoted(out, text());
    if (is_number() || ((is_array() || is_object()) && !text().empty())) {
      out += text();
      return;
    }
    if (is_bool()) {
      out += boolean() ? "true" : "false";
    } else if (is_array() || is_object()) {
      out += is_array() ? '[' : '{';
      bool first = true;
      for (const auto& [key, value] : members()) {
        if (!std::exchange(first, false)) out += ',';
        if (is_object()) detail::append_quoted(out, key), out += ':';
        value.append_json(out);
      }
      out += is_array() ? ']' : '}';
    } else {
      out += "null";
    }
  }

  const integ_host* host_ = nullptr;
  integ_http_context* context_ = nullptr;
  integ_value value_{};
};

}  // namespace v1
}  // namespace integ
