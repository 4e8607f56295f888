#include "json/schema.hpp"

#include "base/error.hpp"
#include "json/pointer.hpp"
#include "json/schema_messages.hpp"
#include "json/schema_walk.hpp"
#include "json/text.hpp"
#include "json/valijson_bridge.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace integ::json {
namespace {

// A schema may hold itself in its items: where to stop looking.
constexpr std::size_t kMostSchemas = 256;

bool is_definitions(std::string_view key) { return key == "definitions" || key == "$defs"; }
bool is_choice(std::string_view key) { return key == "oneOf" || key == "anyOf"; }

// A part of the schema as a schema of its own: its members, and the definitions that it may refer to.
std::string standing_alone(const Node& part, const Node& root, bool with_choices) {
  std::string out;
  ObjectWriter writer(out);
  for (std::uint64_t i = 0; i < part.count; ++i) {
    if (is_definitions(part.keys[i]) || (!with_choices && is_choice(part.keys[i]))) continue;
    writer.raw(part.keys[i], json_of(part.items[i]));
  }
  for (std::uint64_t i = 0; i < root.count; ++i) {
    if (is_definitions(root.keys[i])) writer.raw(root.keys[i], json_of(root.items[i]));
  }
  writer.close();
  return out;
}

// A schema that comes back to itself without a step into the instance would send valijson round for ever.
void check_circles(const Node& schema, const Node& root, std::vector<const Node*>& path) {
  const Node& node = resolved(schema, root);
  if (!node.is_object()) return;
  if (std::find(path.begin(), path.end(), &node) != path.end()) {
    throw Error(Kind::plugin, "a schema contains itself by allOf, anyOf, oneOf, not or if");
  }
  path.push_back(&node);
  for (std::uint64_t i = 0; i < node.count; ++i) {
    const std::string_view key = node.keys[i];
    const Node& part = node.items[i];
    if (key == "not" || key == "if" || key == "then" || key == "else") check_circles(part, root, path);
    if (key != "allOf" && !is_choice(key)) continue;
    for (std::uint64_t k = 0; part.is_array() && k < part.count; ++k) check_circles(part.items[k], root, path);
  }
  path.pop_back();
}

// Every reference must lead somewhere, and none round in a circle.
void check_references(const Node& node, const Node& root) {
  if (node.is_object() && node.member("$ref") != nullptr && node.member("$ref")->is_string() &&
      !reference_resolves(node, root)) {
    throw Error(Kind::plugin, "'$ref': '" + std::string(node.string("$ref")) + "' leads to nothing in the schema");
  }
  std::vector<const Node*> path;
  check_circles(node, root, path);
  for (std::uint64_t i = 0; i < node.count; ++i) {
    if (node.is_object() && (node.keys[i] == "const" || node.keys[i] == "enum" || node.keys[i] == "default")) continue;
    check_references(node.items[i], root);
  }
}

// Where the place of the pointer is in the instance: the position at each level, missing ones last.
std::vector<std::uint64_t> position(const Node& instance, std::string_view pointer) {
  std::vector<std::uint64_t> out;
  const Node* at = &instance;
  for (const std::string& token : pointer_tokens(pointer)) {
    const Node* next = nullptr;
    if (at != nullptr && at->is_object()) next = at->member(token);
    if (at != nullptr && at->is_array()) {
      const auto index = array_index(token);
      if (index && *index < at->count) next = at->items + *index;
    }
    const bool here = next != nullptr;
    out.push_back(here ? static_cast<std::uint64_t>(next - at->items) : UINT64_MAX);
    at = next;
  }
  return out;
}

void sort_by_instance(std::vector<Violation>& violations, const Node& instance) {
  std::vector<std::pair<std::vector<std::uint64_t>, Violation>> keyed;
  for (Violation& violation : violations) {
    auto key = position(instance, violation.pointer);
    keyed.emplace_back(std::move(key), std::move(violation));
  }
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  violations.clear();
  for (auto& entry : keyed) {
    Violation& violation = entry.second;
    const auto same = [&](const Violation& v) {
      return v.pointer == violation.pointer && v.message == violation.message;
    };
    if (std::none_of(violations.begin(), violations.end(), same)) violations.push_back(std::move(violation));
  }
}

std::vector<std::string> names_of(const Schemas& schemas) {
  std::vector<std::string> names;
  for (const Node* schema : schemas) {
    const Node* properties = schema->member("properties");
    for (std::uint64_t i = 0; properties != nullptr && properties->is_object() && i < properties->count; ++i) {
      std::string name(properties->keys[i]);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
  }
  return names;
}

// With what the items of each list are, and of each list in these.
Schemas through_lists(Schemas at, const Node& root) {
  for (std::size_t i = 0; i < at.size() && at.size() < kMostSchemas; ++i) {
    const Node* items = at[i]->member("items");
    if (items == nullptr || !items->is_object()) continue;
    for (const Node* one : with_alternatives(*items, root)) at.push_back(one);
  }
  return at;
}

}  // namespace

struct Schema::Impl {
  Impl(std::string_view text, std::string_view name) : document(parsed(text, name)) {
    try {
      check_references(document.root(), document.root());
      valijson.emplace(document.root());
    } catch (const std::exception& error) {
      const std::string what = name.empty() ? "the schema" : std::string(name);
      throw Error(Kind::plugin, what + " is no usable JSON Schema: " + error.what());
    }
  }

  static Document parsed(std::string_view text, std::string_view name) {
    try {
      Document document = Document::parse(std::string(text), name);
      if (document.root().is_object()) return document;
    } catch (const Error& error) {
      throw Error(Kind::plugin, std::string("the schema is no JSON: ") + error.what());
    }
    throw Error(Kind::plugin, (name.empty() ? "the schema" : std::string(name)) + " is no JSON object");
  }

  // What is wrong below one choice (oneOf, anyOf) of one schema at `pointer`.
  void explain_choice(const Node& choices, const Node& instance, const std::string& pointer,
                      std::vector<Violation>& out) const {
    const Node& root = document.root();
    std::vector<const Node*> fitting;
    for (std::uint64_t i = 0; i < choices.count; ++i) {
      if (fits(choices.items[i], root, instance)) fitting.push_back(&choices.items[i]);
    }
    if (fitting.size() == 1 && fitting[0]->is_object()) {
      return add_part(standing_alone(resolved(*fitting[0], root), root, true), instance, pointer, out);
    }
    out.push_back(no_branch(choices, root, instance, pointer));
  }

  void add_part(const std::string& part, const Node& instance, const std::string& pointer,
                std::vector<Violation>& out) const {
    for (Violation& violation : Schema(part).check(instance)) {
      violation.pointer.insert(0, pointer);
      out.push_back(std::move(violation));
    }
  }

  // valijson lists the faults of all branches in one heap; here only those of the branch that was meant.
  void explain_choices(const Node& instance_root, const std::string& pointer, std::vector<Violation>& out) const {
    const Node* instance = find(instance_root, pointer);
    if (instance == nullptr) return;
    const std::size_t before = out.size();
    for (const Node* schema : schemas_at(document.root(), pointer)) {
      const bool chooses = schema->member("oneOf") != nullptr || schema->member("anyOf") != nullptr;
      if (!chooses) continue;
      add_part(standing_alone(*schema, document.root(), false), *instance, pointer, out);
      for (std::uint64_t i = 0; i < schema->count; ++i) {
        if (!is_choice(schema->keys[i]) || !schema->items[i].is_array()) continue;
        std::string only;
        ObjectWriter writer(only);
        writer.raw(schema->keys[i], schema->items[i].text).close();
        const Document choice = Document::parse(std::move(only));
        if (Schema(standing_alone(choice.root(), document.root(), true)).valid(*instance)) continue;
        explain_choice(schema->items[i], *instance, pointer, out);
      }
      break;  // the outermost one; those inside its branches were looked at through it
    }
    if (out.size() == before)
      out.push_back({.pointer = pointer, .message = "fits none of the allowed forms", .unknown = false});
  }

  Document document;
  std::optional<ValijsonSchema> valijson;
};

Schema::Schema(std::string_view schema, std::string_view name) : impl_(std::make_unique<Impl>(schema, name)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

bool Schema::valid(const Node& instance) const { return impl_->valijson->check(instance).empty(); }

std::vector<Violation> Schema::check(const Node& instance) const {
  const std::vector<Finding> findings = impl_->valijson->check(instance);
  const SortedFindings sorted = without_branches(findings);
  std::vector<Violation> violations;
  for (const Finding& finding : sorted.plain) {
    for (Violation& violation : worded(impl_->document.root(), instance, finding.pointer, finding.description)) {
      violations.push_back(std::move(violation));
    }
  }
  for (const std::string& pointer : sorted.choices) impl_->explain_choices(instance, pointer, violations);
  if (violations.empty() && !findings.empty()) {
    violations.push_back({.pointer = findings[0].pointer, .message = findings[0].description, .unknown = false});
  }
  sort_by_instance(violations, instance);
  return violations;
}

std::string Schema::with_defaults(std::string_view instance) const {
  const Document document = Document::parse(std::string(instance));
  return json::with_defaults(impl_->document.root(), impl_->document.root(), document.root());
}

std::vector<std::string> Schema::secret_pointers() const { return json::secret_pointers(impl_->document.root()); }

std::string Schema::type_at(std::string_view pointer) const {
  return std::string(type_of(schemas_at(impl_->document.root(), pointer)));
}

std::vector<std::string> Schema::property_names(std::string_view pointer) const {
  return names_of(schemas_at(impl_->document.root(), pointer));
}

std::vector<std::string> Schema::field_names(std::string_view pointer) const {
  const Node& root = impl_->document.root();
  Schemas at = through_lists(with_alternatives(root, root), root);
  for (const std::string& token : pointer_tokens(pointer)) {
    Schemas next;
    for (const Node* schema : below(at, token)) {
      for (const Node* one : with_alternatives(*schema, root)) next.push_back(one);
    }
    at = through_lists(std::move(next), root);
  }
  return names_of(at);
}

}  // namespace integ::json
