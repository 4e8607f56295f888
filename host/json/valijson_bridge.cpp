#include "json/valijson_bridge.hpp"

#include "json/pointer.hpp"

// Without this valijson prints and aborts where it would throw.
#define VALIJSON_USE_EXCEPTIONS 1

#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <cmath>
#include <limits>
#include <regex>
#include <set>
#include <stdexcept>
#include <string_view>

namespace integ::json {
namespace {

using Allocator = rapidjson::Document::AllocatorType;

constexpr std::string_view kDate = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
constexpr std::string_view kTime =
    "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?([zZ]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
constexpr double kIntegers = 9007199254740992.0;  // 2^53: up to here a double is exact

rapidjson::Value string_value(std::string_view text, Allocator& allocator) {
  return {text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator};
}

rapidjson::Value scalar(const Node& node, Allocator& allocator) {
  switch (node.type) {
    case Type::boolean:
      return rapidjson::Value(node.boolean);
    case Type::integer:
      return rapidjson::Value(node.integer);
    case Type::number:
      if (std::trunc(node.number) == node.number && std::abs(node.number) <= kIntegers) {
        return rapidjson::Value(static_cast<std::int64_t>(node.number));
      }
      if (std::isinf(node.number)) {
        return rapidjson::Value(std::copysign(std::numeric_limits<double>::max(), node.number));
      }
      return rapidjson::Value(node.number);
    case Type::string:
      return string_value(node.text, allocator);
    default:
      return rapidjson::Value();
  }
}

// Whether the text under this keyword is data and no schema.
bool is_data(std::string_view key) { return key == "const" || key == "enum" || key == "default" || key == "examples"; }

class Converter {
 public:
  Converter(Allocator& allocator, bool schema) : allocator_(allocator), schema_(schema) {}

  rapidjson::Value convert(const Node& node, bool schema) {
    if (node.is_array()) {
      rapidjson::Value out(rapidjson::kArrayType);
      for (std::uint64_t i = 0; i < node.count; ++i) out.PushBack(convert(node.items[i], schema), allocator_);
      return out;
    }
    if (!node.is_object()) return scalar(node, allocator_);
    rapidjson::Value out(rapidjson::kObjectType);
    std::set<std::string_view> keys;
    for (std::uint64_t i = 0; i < node.count; ++i) {
      if (!keys.insert(node.keys[i]).second) continue;
      if (schema && node.keys[i] == "format" && node.items[i].is_string()) {
        add_format(out, node, node.items[i].text);
        continue;
      }
      if (schema && node.keys[i] == "pattern" && node.items[i].is_string()) check_pattern(node.items[i].text);
      out.AddMember(string_value(node.keys[i], allocator_), convert(node.items[i], schema && !is_data(node.keys[i])),
                    allocator_);
    }
    return out;
  }

  rapidjson::Value convert(const Node& node) { return convert(node, schema_); }

 private:
  void add_format(rapidjson::Value& out, const Node& node, std::string_view format) {
    if (node.member("pattern") != nullptr) return;
    std::string pattern = "^" + std::string(kDate);
    if (format == "date-time") {
      pattern.append("[tT ]").append(kTime);
    } else if (format != "date") {
      return;
    }
    out.AddMember("pattern", string_value(pattern + "$", allocator_), allocator_);
  }

  static void check_pattern(std::string_view pattern) {
    try {
      std::regex compiled{std::string(pattern)};
    } catch (const std::regex_error&) {
      throw std::runtime_error("the pattern '" + std::string(pattern) + "' is no ECMAScript regular expression");
    }
  }

  Allocator& allocator_;
  bool schema_;
};

std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (const std::string& step : context) {
    if (step.size() >= 2 && step.front() == '[' && step.back() == ']')
      append_token(pointer, step.substr(1, step.size() - 2));
  }
  return pointer;
}

}  // namespace

struct ValijsonSchema::Impl {
  rapidjson::Document text;
  valijson::Schema schema;
};

ValijsonSchema::ValijsonSchema(const Node& root) : impl_(std::make_unique<Impl>()) {
  static_cast<rapidjson::Value&>(impl_->text) = Converter(impl_->text.GetAllocator(), true).convert(root);
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::RapidJsonAdapter(impl_->text), impl_->schema);
}

ValijsonSchema::ValijsonSchema(ValijsonSchema&&) noexcept = default;
ValijsonSchema& ValijsonSchema::operator=(ValijsonSchema&&) noexcept = default;
ValijsonSchema::~ValijsonSchema() = default;

std::vector<Finding> ValijsonSchema::check(const Node& instance) const {
  rapidjson::Document document;
  static_cast<rapidjson::Value&>(document) = Converter(document.GetAllocator(), false).convert(instance);
  valijson::ValidationResults results;
  valijson::Validator validator;
  std::vector<Finding> findings;
  if (validator.validate(impl_->schema, valijson::adapters::RapidJsonAdapter(document), &results)) return findings;
  for (const auto& error : results) findings.push_back({pointer_of(error.context), error.description});
  // `propertyNames` fails without a word.
  if (findings.empty()) findings.push_back({"", "has a property whose name is not allowed"});
  return findings;
}

}  // namespace integ::json
