#include "json/schema_compare.hpp"

#include "json/pointer.hpp"
#include "json/schema_walk.hpp"
#include "json/text.hpp"

#include <algorithm>
#include <string_view>

namespace integ::json {
namespace {

bool has(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool any_says(const Schemas& schemas, std::string_view keyword) {
  return std::any_of(schemas.begin(), schemas.end(),
                     [&](const Node* schema) { return schema->member(keyword) != nullptr; });
}

// Empty where every type may be.
std::vector<std::string> declared_types(const Schemas& schemas) {
  std::vector<std::string> out;
  for (const Node* schema : schemas) {
    const Node* type = schema->member("type");
    if (type == nullptr) continue;
    const Node* each = type->is_array() ? type->items : type;
    for (std::uint64_t i = 0; i < (type->is_array() ? type->count : 1); ++i) {
      if (each[i].is_string() && !has(out, each[i].text)) out.emplace_back(each[i].text);
    }
  }
  return out;
}

std::string child(const std::string& pointer, std::string_view token) {
  std::string out = pointer;
  append_token(out, token);
  return out;
}

// A name that no schema knows: what it says of this one, it says of any.
constexpr std::string_view kAnyName = "\x01";

class Comparer {
 public:
  explicit Comparer(const Node& root) : root_(root) {}

  // `path` is what is shown of `pointer`, which leads through a record.
  void compare(const Shape& shape, const std::string& pointer, const std::string& path) {
    const Schemas schemas = schemas_at(root_, pointer);
    compare_types(shape, schemas, path);
    if (shape.objects > 0) compare_members(shape, schemas, pointer, path);
    if (shape.items && !below(schemas, "0").empty()) compare(*shape.items, child(pointer, "0"), child(path, "*"));
  }

  SchemaComparison out;

 private:
  void compare_types(const Shape& shape, const Schemas& schemas, const std::string& path) {
    const std::vector<std::string> declared = declared_types(schemas);
    const std::vector<std::string> seen = shape.types();
    const bool fits = std::all_of(seen.begin(), seen.end(), [&](const std::string& type) {
      return has(declared, type) || (type == "integer" && has(declared, "number"));
    });
    if (!declared.empty() && !fits) out.differing.push_back({path, declared, seen});
    for (const Node* schema : schemas) {
      const std::string_view format = schema->string("format");
      const std::uint64_t right = format == "date" ? shape.dates : shape.instants;
      if ((format != "date" && format != "date-time") || right == shape.strings) continue;
      out.differing.push_back({path, {std::string(format)}, {"string"}});
      break;
    }
  }

  void compare_members(const Shape& shape, const Schemas& schemas, const std::string& pointer,
                       const std::string& path) {
    // Where names are not listed, or other names are described as well, none is missing in the list.
    const bool lists = any_says(schemas, "properties") && !any_says(schemas, "patternProperties");
    for (const Shape::Member& member : shape.members) {
      const std::string at = child(path, member.name);
      if (!below(schemas, member.name).empty()) {
        compare(*member.shape, child(pointer, member.name), at);
      } else if (lists) {
        out.undeclared.push_back({at, member.shape->types()});
      }
    }
    if (shape.values) {
      if (!below(schemas, kAnyName).empty()) {
        compare(*shape.values, child(pointer, kAnyName), child(path, "*"));
      } else if (lists) {
        out.undeclared.push_back({child(path, "*"), shape.values->types()});
      }
      return;
    }
    for (const Node* schema : schemas) {
      const Node* required = schema->member("required");
      for (std::uint64_t i = 0; required != nullptr && required->is_array() && i < required->count; ++i) {
        compare_required(shape, required->items[i].text, path);
      }
      const Node* properties = schema->member("properties");
      for (std::uint64_t i = 0; properties != nullptr && properties->is_object() && i < properties->count; ++i) {
        const std::string at = child(path, properties->keys[i]);
        if (!shape.by_name.contains(properties->keys[i]) && !has(out.unseen, at)) out.unseen.push_back(at);
      }
    }
  }

  void compare_required(const Shape& shape, std::string_view name, const std::string& path) {
    const auto found = shape.by_name.find(name);
    const std::uint64_t seen = found == shape.by_name.end() ? 0 : shape.members[found->second].seen;
    if (seen < shape.objects) out.missing.push_back({child(path, name), shape.objects - seen, shape.objects});
  }

  const Node& root_;
};

template <class T, class Write>
std::string list_of(const std::vector<T>& all, const Write& write) {
  std::string out = "[";
  for (const T& one : all) {
    if (out.size() > 1) out += ',';
    ObjectWriter writer(out);
    writer.text("path", one.path);
    write(writer, one);
    writer.close();
  }
  return out + "]";
}

}  // namespace

SchemaComparison compare_with_schema(const Shape& seen, const Node& declared) {
  Comparer comparer(declared);
  comparer.compare(seen, "", "");
  return std::move(comparer.out);
}

std::string json_of(const SchemaComparison& comparison) {
  using Comparison = SchemaComparison;
  std::string out;
  ObjectWriter writer(out);
  writer.raw("undeclared", list_of(comparison.undeclared, [](ObjectWriter& to, const Comparison::Undeclared& one) {
               to.raw("seen", string_array(one.seen));
             }));
  writer.raw("differing", list_of(comparison.differing, [](ObjectWriter& to, const Comparison::Differing& one) {
               to.raw("declared", string_array(one.declared)).raw("seen", string_array(one.seen));
             }));
  writer.raw("missing", list_of(comparison.missing, [](ObjectWriter& to, const Comparison::Missing& one) {
               to.number("in", static_cast<long long>(one.in)).number("of", static_cast<long long>(one.of));
             }));
  writer.raw("unseen", string_array(comparison.unseen)).close();
  return out;
}

}  // namespace integ::json
