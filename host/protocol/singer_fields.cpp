#include "protocol/singer_fields.hpp"

#include "protocol/pointers.hpp"

namespace integ::protocol {
namespace {

std::vector<Property> below(const json::Node& schema, const std::vector<std::string>& breadcrumb,
                            const std::string& pointer) {
  std::vector<Property> found;
  if (const json::Node* properties = schema.member("properties"); properties != nullptr && properties->is_object()) {
    for (std::uint64_t i = 0; i < properties->count; ++i) {
      const std::string name(properties->keys[i]);
      Property property;
      property.breadcrumb = breadcrumb;
      property.breadcrumb.insert(property.breadcrumb.end(), {"properties", name});
      property.pointer = pointer + pointer_of({name});
      property.schema = &properties->items[i];
      property.below = below(properties->items[i], property.breadcrumb, property.pointer);
      found.push_back(std::move(property));
    }
  }
  if (const json::Node* items = schema.member("items"); items != nullptr && items->is_object()) {
    std::vector<std::string> inside = breadcrumb;
    inside.emplace_back("items");
    for (Property& property : below(*items, inside, pointer)) found.push_back(std::move(property));
  }
  return found;
}

}  // namespace

std::vector<Property> properties_of(const json::Node& schema) { return below(schema, {}, ""); }

}  // namespace integ::protocol
