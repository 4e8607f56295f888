// Each type's members are named once; writing and reading both go through that.

#include "plugin/listing_json.hpp"

#include "base/error.hpp"
#include "json/text.hpp"

#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace integ::plugin {
namespace {

template <typename T, typename Member>
struct Named {
  const char* name;
  Member T::*member;
};
template <typename T, typename Member>
Named(const char*, Member T::*) -> Named<T, Member>;

template <typename T>
constexpr bool kKnown = false;  // no type has members unless it is below

template <>
constexpr auto kKnown<Key> = std::tuple{
    Named{"pointer", &Key::pointer},
    Named{"order", &Key::order},
};

template <>
constexpr auto kKnown<RunnerShape> = std::tuple{
    Named{"slices", &RunnerShape::slices},
    Named{"check", &RunnerShape::check},
    Named{"finish", &RunnerShape::finish},
};

template <>
constexpr auto kKnown<Stream> = std::tuple{
    Named{"name", &Stream::name},
    Named{"name_space", &Stream::name_space},
    Named{"json_schema", &Stream::json_schema},
    Named{"primary_key", &Stream::primary_key},
    Named{"order_by", &Stream::order_by},
    Named{"iterate_by", &Stream::iterate_by},
    Named{"incremental", &Stream::incremental},
    Named{"custom_primary_key", &Stream::custom_primary_key},
    Named{"custom_order_by", &Stream::custom_order_by},
    Named{"custom_iterate_by", &Stream::custom_iterate_by},
    Named{"resumable", &Stream::resumable},
    Named{"interleaved", &Stream::interleaved},
    Named{"runner", &Stream::runner},
    Named{"data", &Stream::data},
    Named{"annotations", &Stream::annotations},
};

template <>
constexpr auto kKnown<ConnectorInfo> = std::tuple{
    Named{"name", &ConnectorInfo::name},
    Named{"version", &ConnectorInfo::version},
    Named{"title", &ConnectorInfo::title},
    Named{"documentation_url", &ConnectorInfo::documentation_url},
    Named{"notes", &ConnectorInfo::notes},
    Named{"license", &ConnectorInfo::license},
    Named{"config_schema", &ConnectorInfo::config_schema},
    Named{"allowed_hosts", &ConnectorInfo::allowed_hosts},
    Named{"streams", &ConnectorInfo::streams},
    Named{"http", &ConnectorInfo::http},
    Named{"annotations", &ConnectorInfo::annotations},
    Named{"serial", &ConnectorInfo::serial},
    Named{"has_discover", &ConnectorInfo::has_discover},
    Named{"has_authorize", &ConnectorInfo::has_authorize},
    Named{"has_interleaved", &ConnectorInfo::has_interleaved},
    Named{"has_dynamic", &ConnectorInfo::has_dynamic},
    Named{"dynamic", &ConnectorInfo::dynamic},
};

template <>
constexpr auto kKnown<AdapterInfo> = std::tuple{
    Named{"name", &AdapterInfo::name},
    Named{"version", &AdapterInfo::version},
    Named{"title", &AdapterInfo::title},
    Named{"documentation_url", &AdapterInfo::documentation_url},
    Named{"options_schema", &AdapterInfo::options_schema},
    Named{"no_sink", &AdapterInfo::no_sink},
    Named{"selected_fields", &AdapterInfo::selected_fields},
};

template <>
constexpr auto kKnown<Listing> = std::tuple{
    Named{"path", &Listing::path},         Named{"refused", &Listing::refused},
    Named{"warnings", &Listing::warnings}, Named{"connectors", &Listing::connectors},
    Named{"adapters", &Listing::adapters},
};

void write(std::string& out, const std::string& text) { json::append_quoted(out, text); }
void write(std::string& out, bool value) { out += value ? "true" : "false"; }
void write(std::string& out, int number) { out += std::to_string(number); }

template <typename T>
void write(std::string& out, const std::vector<T>& values);

template <typename T>
requires std::is_class_v<T>
void write(std::string& out, const T& object) {
  char before = '{';
  const auto one = [&](const auto& named) {
    out += before;
    json::append_quoted(out, named.name);
    out += ':';
    write(out, object.*named.member);
    before = ',';
  };
  std::apply([&](const auto&... named) { (one(named), ...); }, kKnown<T>);
  out += '}';
}

template <typename T>
void write(std::string& out, const std::vector<T>& values) {
  out += '[';
  for (const T& value : values) {
    if (out.back() != '[') out += ',';
    write(out, value);
  }
  out += ']';
}

const json::Node& of_type(const json::Node& node, json::Type type, std::string_view name) {
  if (node.type == type) return node;
  throw Error(Kind::malformed, "a plug-in listing has no fitting '" + std::string(name) + "'");
}

void read(const json::Node& node, std::string_view name, std::string& text) {
  text = of_type(node, json::Type::string, name).text;
}
void read(const json::Node& node, std::string_view name, bool& value) {
  value = of_type(node, json::Type::boolean, name).boolean;
}
void read(const json::Node& node, std::string_view name, int& number) {
  number = static_cast<int>(of_type(node, json::Type::integer, name).integer);
}

template <typename T>
void read(const json::Node& node, std::string_view name, std::vector<T>& values);

template <typename T>
requires std::is_class_v<T>
void read(const json::Node& node, std::string_view name, T& object) {
  of_type(node, json::Type::object, name);
  static const json::Node kMissing;  // null, which no member is
  const auto one = [&](const auto& named) {
    const json::Node* found = node.member(named.name);
    read(found == nullptr ? kMissing : *found, named.name, object.*named.member);
  };
  std::apply([&](const auto&... named) { (one(named), ...); }, kKnown<T>);
}

template <typename T>
void read(const json::Node& node, std::string_view name, std::vector<T>& values) {
  of_type(node, json::Type::array, name);
  values.resize(node.count);
  for (std::uint64_t i = 0; i < node.count; ++i) read(node.items[i], name, values[i]);
}

}  // namespace

void append_listing(std::string& out, const Listing& listing) { write(out, listing); }

Listing listing_of(const json::Node& node) {
  Listing listing;
  read(node, "listing", listing);
  return listing;
}

}  // namespace integ::plugin
