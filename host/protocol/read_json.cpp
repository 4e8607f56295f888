#include "protocol/read_json.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace integ::protocol {
namespace {

bool parses(std::string_view text) {
  try {
    json::Document::parse(std::string(text));
    return true;
  } catch (const Error&) {
    return false;
  }
}

// Two lines or more, of which the first and the last are whole values: the output of a target, kept whole.
bool has_a_value_a_line(std::string_view text) {
  text = trimmed(without_byte_order_mark(text));
  const std::size_t first = text.find('\n');
  return first != std::string_view::npos && parses(text.substr(0, first)) && parses(text.substr(text.rfind('\n') + 1));
}

}  // namespace

std::vector<Line> values_by_line(std::string_view text) {
  text = trimmed(without_byte_order_mark(text));
  if (!has_a_value_a_line(text)) return {};
  std::vector<Line> out;
  std::size_t number = 0;
  try {
    for (const std::string_view line : split(text, '\n')) {
      ++number;
      if (!is_blank(line)) out.push_back({number, json::Document::parse(std::string(line))});
    }
  } catch (const Error&) {
    return {};
  }
  return out;
}

json::Document read_json(std::string_view text, std::string_view name, std::string_view wanted) {
  try {
    return json::Document::parse(std::string(text), name);
  } catch (const Error& error) {
    const std::string expected = "expected " + std::string(wanted);
    if (has_a_value_a_line(text)) {
      refuse(name, "several JSON values, one a line; " + expected + ": take the last line, e.g. tail -1");
    }
    Where where = error.where();
    if (where.file.empty()) where.file = name;
    throw Error(Kind::config, error.message() + "; " + expected).at(where);
  }
}

bool is_blank(std::string_view text) { return trimmed(without_byte_order_mark(text)).empty(); }

void refuse(std::string_view name, const std::string& message) {
  Where where;
  where.file = name;
  throw Error(Kind::config, message).at(where);
}

const json::Node* present(const json::Node& object, std::string_view key) {
  const json::Node* value = object.is_object() ? object.member(key) : nullptr;
  return value == nullptr || value->type == json::Type::null ? nullptr : value;
}

bool truth(const json::Node* value, bool otherwise) {
  if (value == nullptr) return otherwise;
  if (value->type == json::Type::boolean) return value->boolean;
  if (value->is_string() && equal_ignoring_case(value->text, "true")) return true;
  if (value->is_string() && equal_ignoring_case(value->text, "false")) return false;
  return otherwise;
}

}  // namespace integ::protocol
