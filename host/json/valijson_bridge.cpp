#include "json/valijson_bridge.hpp"

#include "json/pointer.hpp"

// Without this valijson prints and aborts where it would throw.
#define VALIJSON_USE_EXCEPTIONS 1

#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
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
    "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]{1,40})?([zZ]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
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
      // An integer of more digits than any number here has: it has to remain one.
      if (node.text.find_first_of(".eE") == std::string_view::npos) {
        return rapidjson::Value(node.text.starts_with('-') ? std::numeric_limits<std::int64_t>::min()
                                                           : std::numeric_limits<std::int64_t>::max());
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

// What of a schema is left out.
enum class Without { nothing, unique_items, unique_items_and_patterns };

class SchemaConverter {
 public:
  SchemaConverter(Allocator& allocator, Without without) : allocator_(allocator), without_(without) {}

  rapidjson::Value convert(const Node& node, bool schema = true) {
    if (node.is_array()) {
      rapidjson::Value out(rapidjson::kArrayType);
      for (std::uint64_t i = 0; i < node.count; ++i) out.PushBack(convert(node.items[i], schema), allocator_);
      return out;
    }
    if (!node.is_object()) return scalar(node, allocator_);
    rapidjson::Value out(rapidjson::kObjectType);
    std::set<std::string_view> keys;
    for (std::uint64_t i = 0; i < node.count; ++i) {
      const std::string_view key = node.keys[i];
      if (!keys.insert(key).second) continue;
      if (schema && key == "format" && node.items[i].is_string()) {
        add_format(out, node, node.items[i].text);
        continue;
      }
      if (schema && key == "pattern" && node.items[i].is_string()) {
        check_pattern(node.items[i].text);
        if (without_ == Without::unique_items_and_patterns) continue;
      }
      if (schema && key == "uniqueItems" && without_ != Without::nothing) continue;
      out.AddMember(string_value(key, allocator_), convert(node.items[i], schema && !is_data(key)), allocator_);
    }
    return out;
  }

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
  Without without_;
};

// The instance is borrowed: strings are not copied.
class InstanceConverter {
 public:
  // Keys are cut to `longest_key`.
  explicit InstanceConverter(Allocator& allocator, std::size_t longest_key = std::string_view::npos)
      : allocator_(allocator), longest_key_(longest_key) {}

  rapidjson::Value convert(const Node& node) {
    if (node.is_string()) {
      longest_string_ = std::max(longest_string_, node.text.size());
      return rapidjson::Value(borrowed(node.text));
    }
    if (node.is_array()) {
      rapidjson::Value out(rapidjson::kArrayType);
      out.Reserve(static_cast<rapidjson::SizeType>(node.count), allocator_);
      for (std::uint64_t i = 0; i < node.count; ++i) out.PushBack(convert(node.items[i]), allocator_);
      return out;
    }
    if (!node.is_object()) return scalar(node, allocator_);
    rapidjson::Value out(rapidjson::kObjectType);
    std::set<std::string_view> keys;
    for (std::uint64_t i = 0; i < node.count; ++i) {
      const std::string_view key = node.keys[i].substr(0, longest_key_);
      if (!keys.insert(key).second) continue;
      out.AddMember(rapidjson::Value(borrowed(key)), convert(node.items[i]), allocator_);
    }
    return out;
  }

  std::size_t longest_string() const noexcept { return longest_string_; }

 private:
  static rapidjson::Value::StringRefType borrowed(std::string_view text) {
    return {text.data() == nullptr ? "" : text.data(), static_cast<rapidjson::SizeType>(text.size())};
  }

  Allocator& allocator_;
  std::size_t longest_key_;
  std::size_t longest_string_ = 0;
};

std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (const std::string& step : context) {
    if (step.size() >= 2 && step.front() == '[' && step.back() == ']')
      append_token(pointer, step.substr(1, step.size() - 2));
  }
  return pointer;
}

// A schema as valijson has it.
struct Compiled {
  Compiled(const Node& root, Without without) {
    static_cast<rapidjson::Value&>(text) = SchemaConverter(text.GetAllocator(), without).convert(root);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::RapidJsonAdapter(text), schema);
  }
  rapidjson::Document text;
  valijson::Schema schema;
};

std::vector<Finding> findings_of(valijson::Validator& validator, const valijson::Schema& schema,
                                 const rapidjson::Value& instance) {
  valijson::ValidationResults results;
  std::vector<Finding> findings;
  if (validator.validate(schema, valijson::adapters::RapidJsonAdapter(instance), &results)) return findings;
  for (const auto& error : results) findings.push_back({pointer_of(error.context), error.description});
  // `propertyNames` fails without a word.
  if (findings.empty()) findings.push_back({"", "has a property whose name is not allowed"});
  return findings;
}

}  // namespace

struct ValijsonSchema::Impl : Compiled {
  using Compiled::Compiled;
};

ValijsonSchema::ValijsonSchema(const Node& root) : impl_(std::make_unique<Impl>(root, Without::nothing)) {}
ValijsonSchema::ValijsonSchema(ValijsonSchema&&) noexcept = default;
ValijsonSchema& ValijsonSchema::operator=(ValijsonSchema&&) noexcept = default;
ValijsonSchema::~ValijsonSchema() = default;

std::vector<Finding> ValijsonSchema::check(const Node& instance) const {
  rapidjson::Document document;
  valijson::Validator validator;
  return findings_of(validator, impl_->schema, InstanceConverter(document.GetAllocator()).convert(instance));
}

struct ValijsonRecords::Impl {
  explicit Impl(const Node& root)
      : full(root, Without::unique_items), without_patterns(root, Without::unique_items_and_patterns) {}

  // Calls f(schema, instance as RapidJSON has it).
  template <class F>
  auto with(const Node& instance, const F& f) {
    rapidjson::Document document;
    InstanceConverter converter(document.GetAllocator(), kLongestMatched);
    const rapidjson::Value value = converter.convert(instance);
    return f(converter.longest_string() > kLongestMatched ? without_patterns.schema : full.schema, value);
  }

  Compiled full, without_patterns;
  valijson::Validator validator;
};

ValijsonRecords::ValijsonRecords(const Node& root) : impl_(std::make_unique<Impl>(root)) {}
ValijsonRecords::ValijsonRecords(ValijsonRecords&&) noexcept = default;
ValijsonRecords& ValijsonRecords::operator=(ValijsonRecords&&) noexcept = default;
ValijsonRecords::~ValijsonRecords() = default;

bool ValijsonRecords::valid(const Node& instance) {
  return impl_->with(instance, [this](const valijson::Schema& schema, const rapidjson::Value& value) {
    return impl_->validator.validate(schema, valijson::adapters::RapidJsonAdapter(value), nullptr);
  });
}

std::vector<Finding> ValijsonRecords::check(const Node& instance) {
  return impl_->with(instance, [this](const valijson::Schema& schema, const rapidjson::Value& value) {
    return findings_of(impl_->validator, schema, value);
  });
}

}  // namespace integ::json
