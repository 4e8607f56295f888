#include "plugin/foreign.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cstddef>
#include <cstdint>

namespace integ::plugin {
namespace {

template <typename T, typename Member>
std::size_t end_of(Member T::*member) {
  const T example{};
  const auto* begin = reinterpret_cast<const std::byte*>(&example);
  return static_cast<std::size_t>(reinterpret_cast<const std::byte*>(&(example.*member) + 1) - begin);
}

// `least_member` is the last member without which the struct says nothing.
template <typename T, typename Member>
void check_struct(const T* from, Member T::*least_member, const char* type, const std::string& owner) {
  if (from == nullptr) broken(owner, std::string(type) + " is NULL");
  if (reinterpret_cast<std::uintptr_t>(from) % alignof(T) != 0) broken(owner, std::string(type) + " is misaligned");
  const std::size_t least = end_of(least_member);
  if (from->size < least || from->size > kMaxStruct) {
    broken(owner, std::string(type) + " has size " + std::to_string(from->size) + ", which is " +
                      (from->size < least ? "less than the " + std::to_string(least) + " bytes it needs"
                                          : "more than any version of it"));
  }
}

// Of `members`, those that the plug-in knew; the rest is zero.
template <typename T, typename... Members>
T known_of(const T* from, Members T::*... members) {
  T to{};
  to.size = sizeof(to);
  const auto copy = [&](auto member) {
    if (end_of(member) <= from->size) to.*member = from->*member;
  };
  (copy(members), ...);
  return to;
}

}  // namespace

void broken(const std::string& owner, const std::string& message) { throw Error(Kind::plugin, owner + ": " + message); }

integ_plugin copied(const integ_plugin* from, const std::string& owner) {
  using T = integ_plugin;
  check_struct(from, &T::reserved, "integ_plugin", owner);
  return known_of(from, &T::abi_minor, &T::host_minor_required, &T::flags, &T::reserved, &T::connectors,
                  &T::connector_count, &T::adapters, &T::adapter_count, &T::required_extensions,
                  &T::required_extensions_count, &T::get_extension);
}

integ_connector copied(const integ_connector* from, const std::string& owner) {
  using T = integ_connector;
  check_struct(from, &T::config_schema, "integ_connector", owner);
  return known_of(from, &T::flags, &T::name, &T::version, &T::title, &T::documentation_url, &T::notes, &T::license,
                  &T::config_schema, &T::allowed_hosts, &T::allowed_hosts_count, &T::streams, &T::stream_count,
                  &T::self, &T::discover, &T::authorize, &T::dynamic, &T::interleaved, &T::http, &T::annotations);
}

integ_stream copied(const integ_stream* from, const std::string& owner) {
  using T = integ_stream;
  check_struct(from, &T::json_schema, "integ_stream", owner);
  return known_of(from, &T::flags, &T::name, &T::name_space, &T::json_schema, &T::primary_key, &T::primary_key_count,
                  &T::order_by, &T::order_by_count, &T::iterate_by, &T::iterate_by_count, &T::runner, &T::self,
                  &T::data, &T::annotations);
}

integ_runner copied(const integ_runner* from, const std::string& owner) {
  using T = integ_runner;
  check_struct(from, &T::run, "integ_runner", owner);
  const integ_runner to = known_of(from, &T::flags, &T::run, &T::slices, &T::check, &T::finish);
  check_flags(to.flags, 0, owner + ", runner");
  if (to.run == nullptr) broken(owner, "its runner has no `run`");
  return to;
}

integ_adapter copied(const integ_adapter* from, const std::string& owner) {
  using T = integ_adapter;
  check_struct(from, &T::close, "integ_adapter", owner);
  return known_of(from, &T::flags, &T::name, &T::version, &T::title, &T::documentation_url, &T::options_schema,
                  &T::self, &T::open, &T::stream, &T::restore, &T::records, &T::state, &T::event, &T::flush, &T::close);
}

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
