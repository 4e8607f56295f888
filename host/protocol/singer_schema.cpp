#include "protocol/singer_schema.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "json/text.hpp"
#include "protocol/one_line.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace integ::protocol {
namespace {

using json::Node;

// Keywords whose values are data: a {"$ref": ...} in there is nobody's reference.
bool holds_data(std::string_view keyword) {
  return keyword == "enum" || keyword == "const" || keyword == "default" || keyword == "examples";
}
bool holds_named_schemas(std::string_view keyword) {
  return keyword == "properties" || keyword == "patternProperties" || keyword == "dependencies";
}
bool holds_definitions(std::string_view keyword) { return keyword == "definitions" || keyword == "$defs"; }

// Readers of Singer want a type for each property: the SDK's suite ends at one without, and targets take it for text.
constexpr std::string_view kAnyType = R"("type":["null","object","array","string","number","boolean"])";

// A schema that says what a value may be, in whatever way.
bool says_a_type(const Node& schema) {
  constexpr std::array kWords{"type", "anyOf", "oneOf", "allOf", "enum", "const", "not", "properties", "items"};
  return std::any_of(kWords.begin(), kWords.end(), [&](const char* word) { return schema.member(word) != nullptr; });
}

class Resolver {
 public:
  explicit Resolver(const json::Document& document) : document_(document) {}

  std::string root() {
    schema(document_.root(), /*is_root=*/true);
    return std::move(out_);
  }

 private:
  void any(const Node& node) {
    if (node.is_object()) {
      schema(node, false);
    } else if (node.is_array()) {
      out_ += '[';
      for (std::uint64_t i = 0; i < node.count; ++i) {
        if (i > 0) out_ += ',';
        any(node.items[i]);
      }
      out_ += ']';
    } else {
      verbatim(node);
    }
  }

  void schema(const Node& node, bool is_root) {
    const Node* reference = node.member("$ref");
    if (reference != nullptr && reference->is_string()) {
      referenced(node, reference->text, is_root);
      return;
    }
    out_ += '{';
    members(node, is_root);
    out_ += '}';
  }

  void members(const Node& node, bool is_root) {
    bool has_properties = false;
    for (std::uint64_t i = 0; i < node.count; ++i) {
      const std::string_view key = node.keys[i];
      if (key == "$ref" && node.items[i].is_string()) continue;
      if (holds_definitions(key)) continue;  // nothing refers to them any more
      has_properties = has_properties || key == "properties";
      member(key, node.items[i]);
    }
    if (is_root && !has_properties) member_key("properties") += "{}";
  }

  void member(std::string_view key, const Node& value) {
    member_key(key);
    if (holds_data(key)) {
      verbatim(value);
    } else if (holds_named_schemas(key) && value.is_object()) {
      out_ += '{';
      for (std::uint64_t i = 0; i < value.count; ++i) {
        member_key(value.keys[i]);
        const std::size_t begin = out_.size();
        any(value.items[i]);
        if (key == "properties" && value.items[i].is_object()) give_type(value.items[i], begin);
      }
      out_ += '}';
    } else {
      any(value);
    }
  }

  // To a property that allows anything; its text begins at `begin`.
  void give_type(const Node& property, std::size_t begin) {
    const bool empty = out_.size() == begin + 2;
    if (!empty && (property.member("$ref") != nullptr || says_a_type(property))) return;
    out_.insert(begin + 1, std::string(kAnyType) + (empty ? "" : ","));
  }

  std::string& member_key(std::string_view key) {
    if (out_.back() != '{') out_ += ',';
    json::append_quoted(out_, key);
    return out_ += ':';
  }

  void referenced(const Node& node, std::string_view reference, bool is_root) {
    const Node* target = reference.starts_with('#') ? find(reference.substr(1)) : nullptr;
    const auto unfolded = std::count(open_.begin(), open_.end(), target);
    if (target == nullptr || !target->is_object()) {
      out_ += is_root ? R"({"properties":{}})" : "{}";
    } else if (unfolded >= kUnfoldings || out_.size() > kSchemaBudget || open_.size() >= json::kMaxDepth) {
      bare_type(*target, is_root);
    } else {
      // Draft 7 ignores what stands beside a reference; a title or a default there is worth keeping.
      open_.push_back(target);
      const Node* further = target->member("$ref");
      if (further != nullptr && further->is_string()) {
        referenced(*target, further->text, is_root);
      } else {
        out_ += '{';
        members(*target, is_root);
        for (std::uint64_t i = 0; i < node.count; ++i) {
          const std::string_view key = node.keys[i];
          if (key == "$ref" || holds_definitions(key) || target->member(key) != nullptr || key == "properties")
            continue;
          member(key, node.items[i]);
        }
        out_ += '}';
      }
      open_.pop_back();
    }
  }

  void bare_type(const Node& target, bool is_root) {
    const Node* type = target.member("type");
    out_ += R"({"type":)";
    if (type != nullptr && (type->is_string() || type->is_array())) {
      verbatim(*type);
    } else {
      out_ += R"("object")";
    }
    out_ += is_root ? R"(,"properties":{}})" : "}";
  }

  const Node* find(std::string_view pointer) const {
    try {
      return document_.find(percent_decode(pointer));
    } catch (const Error&) {
      return nullptr;  // an anchor's name ("#orders"), or no pointer at all
    }
  }

  void verbatim(const Node& node) {
    if (node.is_string()) {
      json::append_quoted(out_, node.text);
    } else {
      std::string storage;
      out_ += on_one_line(node.text, storage);
    }
  }

  const json::Document& document_;
  std::vector<const Node*> open_;  // the targets being unfolded, outermost first
  std::string out_;
};

}  // namespace

std::string singer_schema(std::string_view schema) {
  const json::Document document = json::Document::parse(std::string(schema.empty() ? "{}" : schema), "json_schema");
  return Resolver(document).root();
}

}  // namespace integ::protocol
