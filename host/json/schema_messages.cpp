#include "json/schema_messages.hpp"

#include "base/text.hpp"
#include "json/pointer.hpp"
#include "json/schema_walk.hpp"
#include "json/text.hpp"

#include <algorithm>
#include <optional>

namespace integ::json {
namespace {

constexpr std::size_t kMostUnknown = 50;

bool is_choice_summary(const Finding& finding) {
  return finding.description.starts_with("Failed to validate against any schemas allowed by anyOf") ||
         finding.description.starts_with("Failed to validate against any child schemas allowed by oneOf");
}

std::string_view type_name(const Node* node) {
  if (node == nullptr) return "nothing";
  switch (node->type) {
    case Type::null:
      return "null";
    case Type::boolean:
      return "boolean";
    case Type::integer:
      return "integer";
    case Type::number:
      return "number";
    case Type::string:
      return "string";
    case Type::array:
      return "array";
    case Type::object:
      return "object";
  }
  return "nothing";
}

std::string child(const std::string& pointer, std::string_view token) {
  std::string out = pointer;
  append_token(out, token);
  return out;
}

// The keyword's value in the first of the schemas that has it.
const Node* keyword(const Schemas& schemas, std::string_view key) {
  for (const Node* schema : schemas) {
    if (const Node* value = schema->member(key)) return value;
  }
  return nullptr;
}

std::string list_of(const Node& values) {
  std::string out;
  for (std::uint64_t i = 0; i < values.count; ++i) {
    if (i != 0) out += i + 1 == values.count ? " or " : ", ";
    out += json_of(values.items[i]);
  }
  return out;
}

std::string types_of(const Schemas& schemas) {
  std::string out;
  for (const Node* schema : schemas) {
    const Node* type = schema->member("type");
    if (type == nullptr) continue;
    if (type->is_string()) return std::string(type->text);
    for (std::uint64_t i = 0; i < type->count; ++i) {
      if (i != 0) out += " or ";
      out += type->items[i].text;
    }
    return out;
  }
  return "another type";
}

// The name that a description quotes at its end, behind `words`.
std::string named(std::string_view description, std::string_view words) {
  const std::size_t at = description.find(words);
  const std::size_t to = description.rfind('\'');
  const std::size_t from = at + words.size() + 1;
  return at == std::string_view::npos || to <= from ? "" : std::string(description.substr(from, to - from));
}

std::vector<Violation> unknown_properties(const Schemas& schemas, const Node* instance, const std::string& pointer,
                                          std::string name) {
  std::vector<std::string> known;
  bool patterns = false;
  for (const Node* schema : schemas) {
    patterns = patterns || schema->member("patternProperties") != nullptr;
    const Node* properties = schema->member("properties");
    for (std::uint64_t i = 0; properties != nullptr && i < properties->count; ++i)
      known.emplace_back(properties->keys[i]);
  }
  std::vector<std::string> unknown{std::move(name)};
  const bool look = instance != nullptr && instance->is_object() && !patterns;
  for (std::uint64_t i = 0; look && i < instance->count && unknown.size() < kMostUnknown; ++i) {
    std::string key(instance->keys[i]);
    if (std::find(known.begin(), known.end(), key) == known.end() &&
        std::find(unknown.begin(), unknown.end(), key) == unknown.end()) {
      unknown.push_back(std::move(key));
    }
  }
  std::vector<Violation> out;
  for (const std::string& key : unknown) {
    std::string message = "unknown property";
    if (const auto near = nearest(key, known)) message += ", did you mean '" + *near + "'?";
    out.push_back({.pointer = child(pointer, key), .message = std::move(message), .unknown = true});
  }
  return out;
}

// The limits, in the words of the schema (valijson prints them as doubles).
std::optional<std::string> limit(const Schemas& schemas, std::string_view description) {
  struct Limit {
    std::string_view start;
    std::string_view keyword;
    std::string_view words;
    std::string_view unit;
  };
  constexpr Limit kLimits[] = {
      {"Expected number less than or equal to", "maximum", "must be at most ", ""},
      {"Expected number less than", "exclusiveMaximum", "must be less than ", ""},
      {"Expected number greater than or equal to", "minimum", "must be at least ", ""},
      {"Expected number greater than", "exclusiveMinimum", "must be greater than ", ""},
      {"Array should contain no more than", "maxItems", "must have at most ", " items"},
      {"Array should contain no fewer than", "minItems", "must have at least ", " items"},
      {"String should be no more than", "maxLength", "must be at most ", " characters long"},
      {"String should be no fewer than", "minLength", "must be at least ", " characters long"},
      {"Object should have no more than", "maxProperties", "must have at most ", " properties"},
      {"Object should have no fewer than", "minProperties", "must have at least ", " properties"},
      {"Value should be a multiple of", "multipleOf", "must be a multiple of ", ""},
  };
  for (const Limit& row : kLimits) {
    if (!description.starts_with(row.start)) continue;
    const Node* value = keyword(schemas, row.keyword);
    if (value == nullptr || value->type == Type::boolean) return std::nullopt;
    return std::string(row.words) + std::string(value->text) + std::string(row.unit);
  }
  return std::nullopt;
}

}  // namespace

bool is_at_or_under(std::string_view pointer, std::string_view place) {
  return pointer.starts_with(place) && (pointer.size() == place.size() || pointer[place.size()] == '/');
}

SortedFindings without_branches(std::vector<Finding> findings) {
  SortedFindings out;
  std::vector<std::string> choices;
  for (const Finding& finding : findings) {
    if (is_choice_summary(finding)) choices.push_back(finding.pointer);
  }
  std::sort(choices.begin(), choices.end());
  for (std::string& pointer : choices) {
    if (out.choices.empty() || !is_at_or_under(pointer, out.choices.back())) out.choices.push_back(std::move(pointer));
  }
  for (Finding& finding : findings) {
    const auto covers = [&](const std::string& place) { return is_at_or_under(finding.pointer, place); };
    if (std::none_of(out.choices.begin(), out.choices.end(), covers)) out.plain.push_back(std::move(finding));
  }
  return out;
}

std::vector<Violation> worded(const Node& schema_root, const Node& instance_root, const std::string& pointer,
                              std::string_view description) {
  const Schemas schemas = schemas_at(schema_root, pointer);
  const Node* instance = find(instance_root, pointer);
  const auto one = [&](std::string message) {
    return std::vector<Violation>{{.pointer = pointer, .message = std::move(message), .unknown = false}};
  };
  // These follow the findings of the value inside, which say more.
  for (const std::string_view repeat :
       {"Failed to validate against a conditional schema", "Failed to validate item #",
        "Failed to validate against additional properties schema", "Failed to validate against schema associated",
        "Failed to validate against any"}) {
    if (description.starts_with(repeat)) return {};
  }
  if (description.starts_with("Missing required property")) {
    const std::string name = named(description, "property ");
    return {{.pointer = child(pointer, name), .message = "is required, but missing", .unknown = false}};
  }
  if (description.starts_with("Missing dependency")) {
    const std::string name = named(description, "dependency ");
    return {
        {.pointer = child(pointer, name), .message = "is required by another property, but missing", .unknown = false}};
  }
  if (description.starts_with("Object contains a property")) {
    return unknown_properties(schemas, instance, pointer, named(description, "constraints: "));
  }
  if (description.starts_with("Value type not permitted")) {
    return one("expected " + types_of(schemas) + ", found " + std::string(type_name(instance)));
  }
  if (description.starts_with("Failed to match against any enum")) {
    const Node* values = keyword(schemas, "enum");
    return one(values == nullptr ? "is none of the allowed values" : "must be " + list_of(*values));
  }
  if (description.starts_with("Failed to match expected value")) {
    const Node* value = keyword(schemas, "const");
    return one(value == nullptr ? "is not the expected value" : "must be " + json_of(*value));
  }
  if (description.starts_with("Failed to match regex")) {
    if (const Node* format = keyword(schemas, "format"); format != nullptr && keyword(schemas, "pattern") == nullptr) {
      return one("must be a valid " + std::string(format->text));
    }
    // Airbyte's word for what a pattern means to people.
    if (const Node* words = keyword(schemas, "pattern_descriptor"); words != nullptr && words->is_string()) {
      return one("must be " + std::string(words->text));
    }
    const Node* pattern = keyword(schemas, "pattern");
    return one(pattern == nullptr ? "does not match the pattern"
                                  : "must match the pattern " + std::string(pattern->text));
  }
  if (const auto words = limit(schemas, description)) return one(*words);
  if (description.starts_with("Failed to validate against exactly one"))
    return one("fits more than one of the allowed forms");
  if (description.starts_with("Target should not validate")) return one("has a form that is not allowed");
  if (description.starts_with("Elements at indexes")) return one("must not have equal items");
  // What is left names numbers of items and limits, no values.
  return one(std::string(description));
}

Violation no_branch(const Node& choices, const Node& schema_root, const Node& instance, const std::string& pointer) {
  // The first property that every branch fixes tells the branches apart.
  const Node* first = choices.count == 0 ? nullptr : resolved(choices.items[0], schema_root).member("properties");
  for (std::uint64_t i = 0; first != nullptr && i < first->count; ++i) {
    std::vector<std::string> values;
    for (std::uint64_t k = 0; k < choices.count; ++k) {
      const Node* properties = resolved(choices.items[k], schema_root).member("properties");
      const Node* property = properties == nullptr ? nullptr : properties->member(first->keys[i]);
      const Node* constant = property == nullptr ? nullptr : property->member("const");
      if (constant == nullptr) break;
      values.push_back(json_of(*constant));
    }
    if (values.size() != choices.count || values.empty()) continue;
    std::string words = instance.member(first->keys[i]) == nullptr ? "is required, but missing: " : "must be ";
    for (std::size_t k = 0; k < values.size(); ++k)
      words += (k == 0 ? "" : k + 1 == values.size() ? " or " : ", ") + values[k];
    return {.pointer = child(pointer, first->keys[i]), .message = std::move(words), .unknown = false};
  }
  std::vector<std::string> titles;
  for (std::uint64_t k = 0; k < choices.count; ++k) {
    const Node& branch = resolved(choices.items[k], schema_root);
    const std::string_view title = branch.string("title").empty() ? branch.string("type") : branch.string("title");
    if (!title.empty()) titles.emplace_back(title);
  }
  std::string words = "fits none of the " + std::to_string(choices.count) + " allowed forms";
  if (!titles.empty()) words += " (" + listed(titles) + ")";
  return {.pointer = pointer, .message = std::move(words), .unknown = false};
}

}  // namespace integ::json
