#include "plugin/foreign.hpp"
#include "plugin/plugin.hpp"
#include "plugin/validity.hpp"

#include <utility>

namespace integ::plugin {
namespace {

constexpr std::uint32_t kKnownFlags = INTEG_STREAM_INCREMENTAL | INTEG_STREAM_CUSTOM_PRIMARY_KEY |
                                      INTEG_STREAM_CUSTOM_ORDER_BY | INTEG_STREAM_CUSTOM_ITERATE_BY |
                                      INTEG_STREAM_RESUMABLE;

std::vector<Key> read_keys(const integ_field* fields, std::size_t count, const std::string& member,
                           const json::Node& schema, const std::string& owner) {
  check_array(fields, count, member, owner);
  const std::string place = owner + ", " + member;
  std::vector<Key> keys;
  keys.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const integ_field& field = fields[i];
    Key key{text(field.pointer, member, owner), field.order};
    check_flags(field.flags, 0, place);
    if (key.order < -1 || key.order > 1) {
      broken(owner, member + " has an order of " + std::to_string(key.order) + ", which is none of -1, 0, 1");
    }
    if (!schema_has(schema, key.pointer)) {
      broken(owner, member + " '" + key.pointer + "' is no JSON pointer to a property of json_schema");
    }
    for (const Key& other : keys) {
      if (other.pointer == key.pointer) broken(owner, member + " has '" + key.pointer + "' twice");
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

void fill(std::vector<integ_field>& fields, const std::vector<Key>& keys, const integ_field*& data,
          std::size_t& count) {
  fields.reserve(keys.size());
  for (const Key& key : keys) fields.push_back({view(key.pointer), key.order, 0});
  data = fields.empty() ? nullptr : fields.data();
  count = fields.size();
}

void fill_descriptor(LoadedStream& stream, std::uint32_t flags, void* self) {
  const Stream& info = stream.info;
  integ_stream& descriptor = stream.descriptor;
  descriptor.size = sizeof(descriptor);
  descriptor.flags = flags;
  descriptor.name = view(info.name);
  descriptor.name_space = view(info.name_space);
  descriptor.json_schema = view(info.json_schema);
  fill(stream.primary_key, info.primary_key, descriptor.primary_key, descriptor.primary_key_count);
  fill(stream.order_by, info.order_by, descriptor.order_by, descriptor.order_by_count);
  fill(stream.iterate_by, info.iterate_by, descriptor.iterate_by, descriptor.iterate_by_count);
  descriptor.runner = stream.has_runner ? &stream.runner : nullptr;
  descriptor.self = self;
  descriptor.data = view(info.data);
  descriptor.annotations = view(info.annotations);
}

}  // namespace

std::unique_ptr<LoadedStream> read_stream(const integ_stream* stream, const std::string& owner) {
  const integ_stream foreign = copied(stream, owner);
  auto loaded = std::make_unique<LoadedStream>();
  Stream& info = loaded->info;
  info.name = text(foreign.name, "a stream's name", owner);
  check_stream_name(info.name, owner);
  const std::string self = owner + ", stream '" + info.name + "'";
  check_flags(foreign.flags, kKnownFlags, self);
  info.name_space = text(foreign.name_space, "name_space", self);
  if (!info.name_space.empty()) check_stream_name(info.name_space, self + ", name_space");

  info.json_schema = text(foreign.json_schema, "json_schema", self);
  if (info.json_schema.empty()) broken(self, "json_schema is missing");
  const json::Document schema = parsed_object(info.json_schema, "json_schema", self);
  const json::Node* properties = schema.root().member("properties");
  if (properties == nullptr || !properties->is_object()) broken(self, "json_schema has no `properties`");

  info.primary_key = read_keys(foreign.primary_key, foreign.primary_key_count, "primary_key", schema.root(), self);
  info.order_by = read_keys(foreign.order_by, foreign.order_by_count, "order_by", schema.root(), self);
  info.iterate_by = read_keys(foreign.iterate_by, foreign.iterate_by_count, "iterate_by", schema.root(), self);
  info.incremental = (foreign.flags & INTEG_STREAM_INCREMENTAL) != 0;
  info.custom_primary_key = (foreign.flags & INTEG_STREAM_CUSTOM_PRIMARY_KEY) != 0;
  info.custom_order_by = (foreign.flags & INTEG_STREAM_CUSTOM_ORDER_BY) != 0;
  info.custom_iterate_by = (foreign.flags & INTEG_STREAM_CUSTOM_ITERATE_BY) != 0;
  info.resumable = (foreign.flags & INTEG_STREAM_RESUMABLE) != 0;

  info.data = text(foreign.data, "data", self);
  if (!info.data.empty()) parsed_json(info.data, "data", self);
  info.annotations = text(foreign.annotations, "annotations", self);
  if (!info.annotations.empty()) parsed_object(info.annotations, "annotations", self);

  if (foreign.runner != nullptr) {
    loaded->runner = copied(foreign.runner, self);
    loaded->has_runner = true;
    info.runner = shape_of(loaded->runner);
  }
  fill_descriptor(*loaded, foreign.flags, foreign.self);
  return loaded;
}

std::unique_ptr<LoadedStream> read_discovered_stream(const integ_stream* stream, const std::string& owner) {
  std::unique_ptr<LoadedStream> loaded = read_stream(stream, owner);
  if (loaded->has_runner || loaded->descriptor.self != nullptr) {
    broken(owner + ", stream '" + loaded->info.name + "'",
           "a discovered stream has a runner or self; `dynamic` runs it, and `data` says what it is");
  }
  loaded->info.discovered = true;
  return loaded;
}

}  // namespace integ::plugin
