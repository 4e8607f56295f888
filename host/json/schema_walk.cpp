#include "json/schema_walk.hpp"

#include "json/pointer.hpp"
#include "json/text.hpp"

#include <algorithm>

namespace integ::json {
namespace {

constexpr std::string_view kChoices[] = {"anyOf", "oneOf"};

// The value that a property must have, or nullptr.
const Node* fixed_value(const Node& property) {
  if (const Node* constant = property.member("const")) return constant;
  const Node* list = property.member("enum");
  return list != nullptr && list->is_array() && list->count == 1 ? list->items : nullptr;
}

bool seen(const Schemas& schemas, const Node& schema) {
  return std::find(schemas.begin(), schemas.end(), &schema) != schemas.end();
}

// `instance` nullptr: every branch.
void collect(const Node& schema, const Node& root, const Node* instance, Schemas& out, int depth) {
  const Node& node = resolved(schema, root);
  if (depth == 0 || !node.is_object() || seen(out, node)) return;
  out.push_back(&node);
  const auto each = [&](std::string_view key, bool choice) {
    const Node* list = node.member(key);
    if (list == nullptr || !list->is_array()) return;
    for (std::uint64_t i = 0; i < list->count; ++i) {
      if (choice && instance != nullptr && !fits(list->items[i], root, *instance)) continue;
      collect(list->items[i], root, instance, out, depth - 1);
    }
  };
  each("allOf", false);
  for (const std::string_view key : kChoices) each(key, true);
  if (instance != nullptr) return;
  for (const std::string_view key : {"then", "else"}) {
    if (const Node* branch = node.member(key)) collect(*branch, root, instance, out, depth - 1);
  }
}

void add_unique(std::vector<std::string>& out, std::string pointer) {
  if (std::find(out.begin(), out.end(), pointer) == out.end()) out.push_back(std::move(pointer));
}

class SecretSearch {
 public:
  explicit SecretSearch(const Node& root) : root_(root) {}

  std::vector<std::string> run() {
    search(root_, "", "", kMaxSchemaDepth);
    if (!out_.empty()) {
      for (std::string& pointer : recursive_) add_unique(out_, std::move(pointer));
    }
    return std::move(out_);
  }

 private:
  // `holder` is where a secret at this schema is reported: its own pointer, unless it is in an array or so.
  void search(const Node& schema, const std::string& pointer, const std::string& holder, int depth) {
    if (depth == 0) return;
    const Schemas schemas = with_alternatives(schema, root_);
    if (is_secret(schemas)) return add_unique(out_, holder);
    const bool exact = pointer == holder;
    for (const Node* node : schemas) {
      if (seen(path_, *node)) {
        add_unique(recursive_, holder);
        continue;
      }
      path_.push_back(node);
      search_inside(*node, pointer, holder, exact, depth);
      path_.pop_back();
    }
  }

  void search_inside(const Node& schema, const std::string& pointer, const std::string& holder, bool exact, int depth) {
    const Node* node = &schema;
    const Node* properties = node->member("properties");
    for (std::uint64_t i = 0; properties != nullptr && properties->is_object() && i < properties->count; ++i) {
      std::string child = pointer;
      append_token(child, properties->keys[i]);
      search(properties->items[i], child, exact ? child : holder, depth - 1);
    }
    for (const std::string_view key : {"items", "additionalProperties"}) {
      const Node* any = node->member(key);
      if (any == nullptr) continue;
      if (any->is_object()) search(*any, pointer + "/*", holder, depth - 1);
      for (std::uint64_t i = 0; any->is_array() && i < any->count; ++i) {
        search(any->items[i], pointer + "/*", holder, depth - 1);
      }
    }
    const Node* patterns = node->member("patternProperties");
    for (std::uint64_t i = 0; patterns != nullptr && patterns->is_object() && i < patterns->count; ++i) {
      search(patterns->items[i], pointer + "/*", holder, depth - 1);
    }
  }

  const Node& root_;
  Schemas path_;                        // the schemas around the one that is searched
  std::vector<std::string> recursive_;  // where a schema contains itself
  std::vector<std::string> out_;
};

std::string filled(const Schemas& schemas, const Node& root, const Node& instance, int depth);

// The child with what the first schema that knows it says about defaults.
std::string filled_child(const Schemas& schemas, std::string_view token, const Node& root, const Node& child,
                         int depth) {
  Schemas inner;
  for (const Node* schema : below(schemas, token)) collect(*schema, root, &child, inner, kMaxSchemaDepth);
  return filled(inner, root, child, depth - 1);
}

std::string filled(const Schemas& schemas, const Node& root, const Node& instance, int depth) {
  if (schemas.empty() || depth == 0) return json_of(instance);
  if (instance.is_array()) {
    std::string out = "[";
    for (std::uint64_t i = 0; i < instance.count; ++i) {
      if (i != 0) out += ',';
      out += filled_child(schemas, std::to_string(i), root, instance.items[i], depth);
    }
    return out += ']';
  }
  if (!instance.is_object()) return json_of(instance);
  std::string out;
  ObjectWriter writer(out);
  for (std::uint64_t i = 0; i < instance.count; ++i) {
    writer.raw(instance.keys[i], filled_child(schemas, instance.keys[i], root, instance.items[i], depth));
  }
  std::vector<std::string_view> added;
  for (const Node* schema : schemas) {
    const Node* properties = schema->member("properties");
    for (std::uint64_t i = 0; properties != nullptr && properties->is_object() && i < properties->count; ++i) {
      const std::string_view key = properties->keys[i];
      const Node* value = resolved(properties->items[i], root).member("default");
      if (value == nullptr || instance.member(key) != nullptr) continue;
      if (std::find(added.begin(), added.end(), key) != added.end()) continue;
      added.push_back(key);
      writer.raw(key, filled_child(schemas, key, root, *value, depth));
    }
  }
  writer.close();
  return out;
}

}  // namespace

const Node& resolved(const Node& schema, const Node& root) {
  const Node* at = &schema;
  for (int i = 0; i < kMaxSchemaDepth; ++i) {
    const std::string_view reference = at->string("$ref");
    if (!reference.starts_with('#')) return *at;
    if (reference.size() > 1 && reference[1] != '/') return schema;
    const Node* next = find(root, reference.substr(1));
    if (next == nullptr) return schema;
    at = next;
  }
  return schema;
}

bool reference_resolves(const Node& schema, const Node& root) {
  return schema.member("$ref") == nullptr || &resolved(schema, root) != &schema;
}

Schemas with_alternatives(const Node& schema, const Node& root) {
  Schemas out;
  collect(schema, root, nullptr, out, kMaxSchemaDepth);
  return out;
}

Schemas with_fitting(const Node& schema, const Node& root, const Node& instance) {
  Schemas out;
  collect(schema, root, &instance, out, kMaxSchemaDepth);
  return out;
}

bool fits(const Node& branch, const Node& root, const Node& instance) {
  const Node* properties = resolved(branch, root).member("properties");
  if (properties == nullptr || !properties->is_object()) return true;
  for (std::uint64_t i = 0; i < properties->count; ++i) {
    const Node* fixed = fixed_value(resolved(properties->items[i], root));
    if (fixed == nullptr) continue;
    const Node* value = instance.member(properties->keys[i]);
    if (value == nullptr || value->type != fixed->type || value->text != fixed->text) return false;
  }
  return true;
}

Schemas below(const Schemas& schemas, std::string_view token) {
  Schemas out;
  Schemas any;
  for (const Node* schema : schemas) {
    const Node* properties = schema->member("properties");
    const Node* named = properties == nullptr ? nullptr : properties->member(token);
    if (named != nullptr) {
      out.push_back(named);
      continue;
    }
    if (!array_index(token)) {
      if (const Node* rest = schema->member("additionalProperties"); rest != nullptr && rest->is_object())
        any.push_back(rest);
      continue;
    }
    for (const std::string_view key : {"items", "additionalProperties"}) {
      const Node* items = schema->member(key);
      if (items != nullptr && items->is_object()) any.push_back(items);
      const auto index = array_index(token);
      if (items != nullptr && items->is_array() && *index < items->count) any.push_back(items->items + *index);
    }
  }
  return out.empty() ? any : out;
}

Schemas schemas_at(const Node& root, std::string_view pointer) {
  Schemas at = with_alternatives(root, root);
  for (const std::string& token : pointer_tokens(pointer)) {
    Schemas next;
    for (const Node* schema : below(at, token)) collect(*schema, root, nullptr, next, kMaxSchemaDepth);
    at = std::move(next);
  }
  return at;
}

std::string_view type_of(const Schemas& schemas) {
  for (const Node* schema : schemas) {
    const Node* type = schema->member("type");
    if (type == nullptr) continue;
    if (type->is_string() && type->text != "null") return type->text;
    for (std::uint64_t i = 0; type->is_array() && i < type->count; ++i) {
      if (type->items[i].is_string() && type->items[i].text != "null") return type->items[i].text;
    }
  }
  return {};
}

bool is_secret(const Schemas& schemas) {
  return std::any_of(schemas.begin(), schemas.end(), [](const Node* schema) {
    const Node* airbyte = schema->member("airbyte_secret");
    const Node* draft7 = schema->member("writeOnly");
    return (airbyte != nullptr && airbyte->boolean) || (draft7 != nullptr && draft7->boolean);
  });
}

std::vector<std::string> secret_pointers(const Node& root) { return SecretSearch(root).run(); }

std::string with_defaults(const Node& schema, const Node& root, const Node& instance) {
  return filled(with_fitting(schema, root, instance), root, instance, kMaxSchemaDepth * 4);
}

}  // namespace integ::json
