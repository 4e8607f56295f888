// A plug-in's memory, read once and with care: the only functions that look at foreign integ_* structs.
//
// Each copy is a zero-filled struct of the host's own layout in which the members that the plug-in knew
// are set, so that what comes after sees no sizes. Throws Error of kind plugin. `owner` names the thing in
// messages: "connector 'pokeapi', stream 'pokemon'".
#pragma once

#include <integ/abi.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace integ::plugin {

// Above this a count or a length is a stray pointer or an uninitialised member, not a description:
// the largest catalogues of the field have some thousand streams, the largest specs some hundred KiB.
inline constexpr std::size_t kMaxCount = 65'536;
inline constexpr std::size_t kMaxText = 16u * 1024 * 1024;
inline constexpr std::size_t kMaxStruct = 64u * 1024;

// "OWNER: message", of kind plugin.
[[noreturn]] void broken(const std::string& owner, const std::string& message);

integ_plugin copied(const integ_plugin* from, const std::string& owner);
integ_connector copied(const integ_connector* from, const std::string& owner);
integ_stream copied(const integ_stream* from, const std::string& owner);
integ_runner copied(const integ_runner* from, const std::string& owner);
integ_adapter copied(const integ_adapter* from, const std::string& owner);

// Status INTEG_E_UNSUPPORTED for a bit that this host does not know: it may change what a call means.
void check_flags(std::uint32_t flags, std::uint32_t known, const std::string& owner);

// Copies; refuses a NULL with a length, absurd lengths and what is no UTF-8.
std::string text(integ_str from, std::string_view member, const std::string& owner);

// Refuses NULL with a count and absurd counts.
void check_array(const void* data, std::size_t count, std::string_view member, const std::string& owner);
std::vector<std::string> texts(const integ_str* from, std::size_t count, std::string_view member,
                               const std::string& owner);

// A view of a string that the host owns.
inline integ_str view(const std::string& text) { return {text.empty() ? nullptr : text.data(), text.size()}; }

}  // namespace integ::plugin
