#include "pipeline/scalar.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/text.hpp"
#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <charconv>

namespace integ::pipeline {
namespace {

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// JSON wants no leading zeros.
std::string without_zeros(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
  return std::string(text.substr(first));
}

// Takes a sign off; "-" for JSON, which has no "+".
std::string take_sign(std::string_view& text) {
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  return minus ? "-" : "";
}

std::optional<std::string> based(std::string_view text, int base) {
  unsigned long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::to_string(value);
}

std::optional<std::string> integer(std::string_view text) {
  if (text.starts_with("0x")) return based(text.substr(2), 16);
  if (text.starts_with("0o")) return based(text.substr(2), 8);
  const std::string sign = take_sign(text);
  if (!digits(text)) return std::nullopt;
  return sign + without_zeros(text);
}

// [-+]? ( . [0-9]+ | [0-9]+ ( . [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
std::optional<std::string> number(std::string_view text) {
  if (auto whole = integer(text)) return whole;
  const std::string sign = take_sign(text);
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  std::string exponent;
  if (e != std::string_view::npos) {
    std::string_view power = text.substr(e + 1);
    const std::string_view written = text.substr(e);
    take_sign(power);
    if (!digits(power)) return std::nullopt;
    exponent = written;
  }
  const std::size_t dot = mantissa.find('.');
  const std::string_view before = mantissa.substr(0, dot);
  const std::string_view after = dot == std::string_view::npos ? std::string_view() : mantissa.substr(dot + 1);
  if (!before.empty() && !digits(before)) return std::nullopt;
  if (!after.empty() && !digits(after)) return std::nullopt;
  if (before.empty() && after.empty()) return std::nullopt;
  std::string out = sign + (before.empty() ? "0" : without_zeros(before));
  if (!after.empty()) out += "." + std::string(after);
  return out + exponent;
}

// For a type that is known, the words of YAML 1.1 can't be mistaken either; and environments say 1 and 0.
std::optional<std::string> boolean(std::string_view text) {
  const std::string word = lower(text);
  for (const char* yes : {"true", "yes", "on", "1"}) {
    if (word == yes) return "true";
  }
  for (const char* no : {"false", "no", "off", "0"}) {
    if (word == no) return "false";
  }
  return std::nullopt;
}

std::optional<std::string> structure(const std::string& text, json::Type type) {
  try {
    const json::Document document = json::Document::parse(text);
    if (document.root().type == type) return json::compacted(document.text());
  } catch (const Error&) {
    // Its message would show a piece of the value, which may be secret.
  }
  return std::nullopt;
}

}  // namespace

std::string core_json(const std::string& text) {
  for (const char* word : {"true", "True", "TRUE"}) {
    if (text == word) return "true";
  }
  for (const char* word : {"false", "False", "FALSE"}) {
    if (text == word) return "false";
  }
  return number(text).value_or(json::quoted(text));
}

std::optional<std::string> scalar_json(const std::string& text, std::string_view type) {
  if (type == "string") return json::quoted(text);
  if (type == "integer") return integer(trimmed(text));
  if (type == "number") return number(trimmed(text));
  if (type == "boolean") return boolean(trimmed(text));
  if (type == "array") return structure(text, json::Type::array);
  if (type == "object") return structure(text, json::Type::object);
  if (type == "null") return text.empty() || text == "null" ? std::optional<std::string>("null") : std::nullopt;
  return core_json(text);
}

std::string type_in_words(std::string_view type) {
  if (type == "integer") return "an integer";
  if (type == "number") return "a number";
  if (type == "boolean") return "true or false";
  if (type == "array") return "a list";
  if (type == "object") return "a map";
  if (type == "null") return "nothing";
  return "text";
}

}  // namespace integ::pipeline
