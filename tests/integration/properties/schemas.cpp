#include "schemas.hpp"

#include "values.hpp"

#include <algorithm>
#include <set>

namespace properties {
namespace {

Json typed(Random& random, const Property& property);

Json object_of(Random& random, const std::vector<Property>& properties) {
  Json json = Json::object();
  for (const Property& property : properties) {
    if (random.chance(15)) continue;
    json.add(token_of(property.name), random.chance(6) ? value(random) : typed(random, property));
  }
  return json;
}

Json of_type(Random& random, const Property& property, std::string_view type) {
  if (type == "string") {
    if (property.format == "date") return Json::scalar(Json::Kind::string, "\"2024-02-29\"");
    if (property.format == "date-time")
      return Json::scalar(Json::Kind::string, "\"2024-02-29T23:59:60.123456789+01:00\"");
  }
  if (type != "object" && type != "array") return scalar(random, type);
  if (type == "object") return object_of(random, property.below);
  Json json = Json::array();
  const std::size_t count = random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    json.items.push_back(property.of_objects && !random.chance(5) ? object_of(random, property.below)
                                                                  : value(random, 2));
  }
  return json;
}

Json typed(Random& random, const Property& property) {
  if (property.types.empty()) return value(random);
  return of_type(random, property, random.of(property.types));
}

std::vector<Property> some(Random& random, std::set<std::string>& taken, std::size_t count, std::size_t depth) {
  static constexpr const char* kTypes[] = {"string", "integer", "number", "boolean", "object", "array"};
  std::vector<Property> out;
  for (std::size_t i = 0; i < count; ++i) {
    Property property;
    property.name = name(random, taken);
    std::string type = random.of(kTypes);
    if (depth > 2 && (type == "object" || type == "array")) type = "string";
    property.types = {type};
    if (random.chance(15)) property.types.emplace_back(type == "string" ? "integer" : "string");
    if (random.chance(40)) property.types.emplace_back("null");
    if (type == "string" && random.chance(30)) property.format = random.chance(50) ? "date" : "date-time";
    property.of_objects = type == "array" && random.chance(60);
    std::set<std::string> below;
    if (type == "object" || property.of_objects) property.below = some(random, below, 1 + random.below(4), depth + 1);
    out.push_back(std::move(property));
  }
  return out;
}

Json strings(const std::vector<std::string>& texts) {
  Json json = Json::array();
  for (const std::string& text : texts) json.items.push_back(Json::scalar(Json::Kind::string, token_of(text)));
  return json;
}

Json text(std::string_view of) { return Json::scalar(Json::Kind::string, token_of(of)); }

}  // namespace

bool Property::has(std::string_view type) const {
  return types.empty() || std::ranges::find(types, type) != types.end();
}

std::vector<Property> properties(Random& random, bool with_key) {
  std::set<std::string> taken{"id"};
  std::vector<Property> out = some(random, taken, 1 + random.below(7), 0);
  if (!with_key) return out;
  Property key;
  key.name = "id";
  key.types = random.chance(50) ? std::vector<std::string>{"integer"} : std::vector<std::string>{"integer", "string"};
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(random.below(out.size() + 1)), key);
  return out;
}

Json schema_of(const std::vector<Property>& properties) {
  Json members = Json::object();
  for (const Property& property : properties) {
    Json one = Json::object();
    if (property.types.size() == 1) one.add("\"type\"", text(property.types[0]));
    if (property.types.size() > 1) one.add("\"type\"", strings(property.types));
    if (!property.format.empty()) one.add("\"format\"", text(property.format));
    const Json below = schema_of(property.below);
    if (property.of_objects) {
      one.add("\"items\"", below);
    } else if (property.has("object") && !property.types.empty()) {
      for (std::size_t i = 1; i < below.items.size(); ++i) one.add(below.keys[i], below.items[i]);
    }
    members.add(token_of(property.name), std::move(one));
  }
  Json json = Json::object();
  json.add("\"type\"", text("object"));
  json.add("\"properties\"", std::move(members));
  return json;
}

Json record(Random& random, const std::vector<Property>& properties, const std::string& id) {
  Json json = object_of(random, properties);
  for (std::size_t i = json.keys.size(); i-- > 0;) {
    if (json.keys[i] != "\"id\"") continue;
    json.keys.erase(json.keys.begin() + static_cast<std::ptrdiff_t>(i));
    json.items.erase(json.items.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::set<std::string> taken{"id"};
  for (const Property& property : properties) taken.insert(property.name);
  if (random.chance(15)) {
    std::string unknown = token_of(name(random, taken));
    json.add(std::move(unknown), value(random));
  }
  if (random.chance(4)) json.add("\"lone\\ud800\"", value(random));
  if (random.chance(4) && !json.keys.empty()) {
    std::string twice = random.of(json.keys);
    json.add(std::move(twice), value(random));
  }
  if (!id.empty()) {
    const std::size_t at = random.below(json.keys.size() + 1);
    json.keys.insert(json.keys.begin() + static_cast<std::ptrdiff_t>(at), random.chance(5) ? "\"\\u0069d\"" : "\"id\"");
    const Json::Kind kind = id.front() == '"' ? Json::Kind::string
                            : id == "null"    ? Json::Kind::null
                                              : Json::Kind::number;
    json.items.insert(json.items.begin() + static_cast<std::ptrdiff_t>(at), Json::scalar(kind, id));
  }
  return json;
}

}  // namespace properties
