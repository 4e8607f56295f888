#include "json/member_walk.hpp"
#include "json/pointer.hpp"
#include "json/schema_walk.hpp"
#include "json/text.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace integ::json {

// What is kept below one property. A node without children keeps the whole value.
struct FieldCut::Tree {
  std::map<std::string, Tree, std::less<>> children;
  bool whole = false;

  const Tree* child(std::string_view key) const {
    const auto found = children.find(key);
    return found == children.end() ? nullptr : &found->second;
  }
};

namespace {

template <typename Tree>
void cut_value(const Tree& tree, std::string_view json, std::string& out) {
  // A scalar where an object was expected stays: there is nothing in it to leave out.
  if (tree.whole || (json.front() != '{' && json.front() != '[')) {
    out += json;
    return;
  }
  const bool object = json.front() == '{';
  bool first = true;
  out += object ? '{' : '[';
  for (MemberWalk walk(json); walk.next();) {
    const Tree* below = object ? tree.child(walk.key()) : &tree;
    if (below == nullptr) continue;
    if (!first) out += ',';
    first = false;
    if (object) out.append("\"").append(walk.raw_key()).append("\":");
    cut_value(*below, walk.value(), out);
  }
  out += object ? '}' : ']';
}

template <typename Tree>
class SchemaCutter {
 public:
  explicit SchemaCutter(const Node& root) : root_(root) {}

  std::string cut(const Tree& tree, const Node& schema) {
    const Node& node = resolved(schema, root_);
    if (tree.whole || !node.is_object()) return json_of(tree.whole ? schema : node);
    std::string out;
    ObjectWriter writer(out);
    for (std::uint64_t i = 0; i < node.count; ++i) {
      const std::string_view key = node.keys[i];
      const Node& value = node.items[i];
      if (key == "properties" && value.is_object()) {
        writer.raw(key, properties(tree, value));
      } else if (key == "required" && value.is_array()) {
        writer.raw(key, required(tree, value));
      } else if (key == "items" && value.is_object()) {
        writer.raw(key, cut(tree, value));
      } else if ((key == "oneOf" || key == "anyOf" || key == "allOf" || key == "items") && value.is_array()) {
        writer.raw(key, each(tree, value));
      } else {
        writer.raw(key, json_of(value));
      }
    }
    writer.close();
    return out;
  }

 private:
  std::string properties(const Tree& tree, const Node& value) {
    std::string out;
    ObjectWriter writer(out);
    for (std::uint64_t i = 0; i < value.count; ++i) {
      if (const Tree* below = tree.child(value.keys[i])) writer.raw(value.keys[i], cut(*below, value.items[i]));
    }
    writer.close();
    return out;
  }

  std::string required(const Tree& tree, const Node& value) {
    std::vector<std::string> kept;
    for (std::uint64_t i = 0; i < value.count; ++i) {
      if (tree.child(value.items[i].text) != nullptr) kept.emplace_back(value.items[i].text);
    }
    return string_array(kept);
  }

  std::string each(const Tree& tree, const Node& value) {
    std::string out = "[";
    for (std::uint64_t i = 0; i < value.count; ++i) {
      if (i != 0) out += ',';
      out += cut(tree, value.items[i]);
    }
    return out += ']';
  }

  const Node& root_;
};

}  // namespace

FieldCut::FieldCut(const std::vector<std::string>& pointers) : tree_(std::make_unique<Tree>()) {
  for (const std::string& pointer : pointers) {
    Tree* at = tree_.get();
    for (std::string& token : pointer_tokens(pointer)) at = &at->children[std::move(token)];
    at->whole = true;
  }
}

FieldCut::FieldCut(FieldCut&&) noexcept = default;
FieldCut& FieldCut::operator=(FieldCut&&) noexcept = default;
FieldCut::~FieldCut() = default;

void FieldCut::apply(std::string_view record, std::string& out) const {
  cut_value(*tree_, record.substr(skip_blank(record, 0)), out);
}

std::string FieldCut::apply_to_schema(std::string_view schema) const {
  const Document document = Document::parse(std::string(schema), "the stream's schema");
  return SchemaCutter<Tree>(document.root()).cut(*tree_, document.root());
}

}  // namespace integ::json
