#include "plugin/foreign.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cstdint>
#include <cstring>

namespace integ::plugin {
namespace {

// `least` is the end of the last member without which the struct says nothing.
template <typename T>
void check_struct(const T* from, std::size_t least, const char* type, const std::string& owner) {
  if (from == nullptr) broken(owner, std::string(type) + " is NULL");
  if (reinterpret_cast<std::uintptr_t>(from) % alignof(T) != 0) broken(owner, std::string(type) + " is misaligned");
  if (from->size < least || from->size > kMaxStruct) {
    broken(owner, std::string(type) + " has size " + std::to_string(from->size) + ", which is " +
                      (from->size < least ? "less than the " + std::to_string(least) + " bytes it needs"
                                          : "more than any version of it"));
  }
}

// NOLINTBEGIN(cppcoreguidelines-macro-usage): offsetof needs the member's name
#define INTEG_COPY(type, member) \
  if (INTEG_HAS(from, type, member)) to.member = from->member
#define INTEG_LEAST(type, member) (offsetof(type, member) + sizeof(type::member))
// NOLINTEND(cppcoreguidelines-macro-usage)

}  // namespace

void broken(const std::string& owner, const std::string& message) { throw Error(Kind::plugin, owner + ": " + message); }

integ_plugin copied(const integ_plugin* from, const std::string& owner) {
  check_struct(from, INTEG_LEAST(integ_plugin, reserved), "integ_plugin", owner);
  integ_plugin to{};
  to.size = sizeof(to);
  INTEG_COPY(integ_plugin, abi_minor);
  INTEG_COPY(integ_plugin, host_minor_required);
  INTEG_COPY(integ_plugin, flags);
  INTEG_COPY(integ_plugin, reserved);
  INTEG_COPY(integ_plugin, connectors);
  INTEG_COPY(integ_plugin, connector_count);
  INTEG_COPY(integ_plugin, adapters);
  INTEG_COPY(integ_plugin, adapter_count);
  INTEG_COPY(integ_plugin, required_extensions);
  INTEG_COPY(integ_plugin, required_extensions_count);
  INTEG_COPY(integ_plugin, get_extension);
  return to;
}

integ_connector copied(const integ_connector* from, const std::string& owner) {
  check_struct(from, INTEG_LEAST(integ_connector, config_schema), "integ_connector", owner);
  integ_connector to{};
  to.size = sizeof(to);
  INTEG_COPY(integ_connector, flags);
  INTEG_COPY(integ_connector, name);
  INTEG_COPY(integ_connector, version);
  INTEG_COPY(integ_connector, title);
  INTEG_COPY(integ_connector, documentation_url);
  INTEG_COPY(integ_connector, notes);
  INTEG_COPY(integ_connector, license);
  INTEG_COPY(integ_connector, config_schema);
  INTEG_COPY(integ_connector, allowed_hosts);
  INTEG_COPY(integ_connector, allowed_hosts_count);
  INTEG_COPY(integ_connector, streams);
  INTEG_COPY(integ_connector, stream_count);
  INTEG_COPY(integ_connector, self);
  INTEG_COPY(integ_connector, discover);
  INTEG_COPY(integ_connector, authorize);
  INTEG_COPY(integ_connector, dynamic);
  INTEG_COPY(integ_connector, interleaved);
  INTEG_COPY(integ_connector, http);
  INTEG_COPY(integ_connector, annotations);
  return to;
}

integ_stream copied(const integ_stream* from, const std::string& owner) {
  check_struct(from, INTEG_LEAST(integ_stream, json_schema), "integ_stream", owner);
  integ_stream to{};
  to.size = sizeof(to);
  INTEG_COPY(integ_stream, flags);
  INTEG_COPY(integ_stream, name);
  INTEG_COPY(integ_stream, name_space);
  INTEG_COPY(integ_stream, json_schema);
  INTEG_COPY(integ_stream, primary_key);
  INTEG_COPY(integ_stream, primary_key_count);
  INTEG_COPY(integ_stream, order_by);
  INTEG_COPY(integ_stream, order_by_count);
  INTEG_COPY(integ_stream, iterate_by);
  INTEG_COPY(integ_stream, iterate_by_count);
  INTEG_COPY(integ_stream, runner);
  INTEG_COPY(integ_stream, self);
  INTEG_COPY(integ_stream, data);
  INTEG_COPY(integ_stream, annotations);
  return to;
}

integ_runner copied(const integ_runner* from, const std::string& owner) {
  check_struct(from, INTEG_LEAST(integ_runner, run), "integ_runner", owner);
  integ_runner to{};
  to.size = sizeof(to);
  INTEG_COPY(integ_runner, flags);
  INTEG_COPY(integ_runner, run);
  INTEG_COPY(integ_runner, slices);
  INTEG_COPY(integ_runner, check);
  INTEG_COPY(integ_runner, finish);
  check_flags(to.flags, 0, owner + ", runner");
  if (to.run == nullptr) broken(owner, "its runner has no `run`");
  return to;
}

integ_adapter copied(const integ_adapter* from, const std::string& owner) {
  check_struct(from, INTEG_LEAST(integ_adapter, close), "integ_adapter", owner);
  integ_adapter to{};
  to.size = sizeof(to);
  INTEG_COPY(integ_adapter, flags);
  INTEG_COPY(integ_adapter, name);
  INTEG_COPY(integ_adapter, version);
  INTEG_COPY(integ_adapter, title);
  INTEG_COPY(integ_adapter, documentation_url);
  INTEG_COPY(integ_adapter, options_schema);
  INTEG_COPY(integ_adapter, self);
  INTEG_COPY(integ_adapter, open);
  INTEG_COPY(integ_adapter, stream);
  INTEG_COPY(integ_adapter, restore);
  INTEG_COPY(integ_adapter, records);
  INTEG_COPY(integ_adapter, state);
  INTEG_COPY(integ_adapter, event);
  INTEG_COPY(integ_adapter, flush);
  INTEG_COPY(integ_adapter, close);
  return to;
}

#undef INTEG_COPY
#undef INTEG_LEAST

void check_flags(std::uint32_t flags, std::uint32_t known, const std::string& owner) {
  const std::uint32_t unknown = flags & ~known;
  if (unknown == 0) return;
  throw Error::of_status(INTEG_E_UNSUPPORTED, owner + ": flags has bits that this host does not know (" +
                                                  std::to_string(unknown) + "); a newer integ may");
}

std::string text(integ_str from, std::string_view member, const std::string& owner) {
  const std::string name(member);
  if (from.size == 0) return {};
  if (from.data == nullptr) broken(owner, name + " is NULL but has a size of " + std::to_string(from.size));
  if (from.size > kMaxText) broken(owner, name + " has an absurd size of " + std::to_string(from.size));
  std::string copy(from.data, from.size);
  const std::size_t bad = find_invalid_utf8(copy);
  if (bad != std::string::npos) broken(owner, name + " is no UTF-8 at byte " + std::to_string(bad));
  return copy;
}

void check_array(const void* data, std::size_t count, std::string_view member, const std::string& owner) {
  const std::string name(member);
  if (count > kMaxCount) broken(owner, name + " has an absurd count of " + std::to_string(count));
  if (count == 0) return;
  if (data == nullptr) broken(owner, name + " is NULL but has a count of " + std::to_string(count));
  // All that descriptors hold arrays of begins with a pointer.
  if (reinterpret_cast<std::uintptr_t>(data) % alignof(void*) != 0) broken(owner, name + " is misaligned");
}

std::vector<std::string> texts(const integ_str* from, std::size_t count, std::string_view member,
                               const std::string& owner) {
  check_array(from, count, member, owner);
  std::vector<std::string> copies;
  copies.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    copies.push_back(text(from[i], std::string(member) + "[" + std::to_string(i) + "]", owner));
  }
  return copies;
}

}  // namespace integ::plugin
