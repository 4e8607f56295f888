#include "plugin/stream_descriptor.hpp"

#include "plugin/foreign.hpp"

#include <cstdint>

namespace integ::plugin {
namespace {

std::vector<integ_field> fields_of(const std::vector<Key>& keys) {
  std::vector<integ_field> out;
  out.reserve(keys.size());
  for (const Key& key : keys) out.push_back({view(key.pointer), key.order, 0});
  return out;
}

std::uint32_t flag(bool set, std::uint32_t bit) { return set ? bit : 0; }

}  // namespace

StreamDescriptor::StreamDescriptor(const Stream& stream)
    : primary_key(fields_of(stream.primary_key)),
      order_by(fields_of(stream.order_by)),
      iterate_by(fields_of(stream.iterate_by)) {
  descriptor.size = sizeof descriptor;
  descriptor.flags = flag(stream.incremental, INTEG_STREAM_INCREMENTAL) |
                     flag(stream.custom_primary_key, INTEG_STREAM_CUSTOM_PRIMARY_KEY) |
                     flag(stream.custom_order_by, INTEG_STREAM_CUSTOM_ORDER_BY) |
                     flag(stream.custom_iterate_by, INTEG_STREAM_CUSTOM_ITERATE_BY) |
                     flag(stream.resumable, INTEG_STREAM_RESUMABLE);
  descriptor.name = view(stream.name);
  descriptor.name_space = view(stream.name_space);
  descriptor.json_schema = view(stream.json_schema);
  descriptor.primary_key = primary_key.data();
  descriptor.primary_key_count = primary_key.size();
  descriptor.order_by = order_by.data();
  descriptor.order_by_count = order_by.size();
  descriptor.iterate_by = iterate_by.data();
  descriptor.iterate_by_count = iterate_by.size();
  descriptor.annotations = view(stream.annotations);
}

}  // namespace integ::plugin
