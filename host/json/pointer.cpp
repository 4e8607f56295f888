#include "json/pointer.hpp"

#include "base/error.hpp"
#include "json/document.hpp"

#include <charconv>

namespace integ::json {
namespace {

[[noreturn]] void refuse(std::string_view pointer, const char* why) {
  throw Error(Kind::config, "'" + std::string(pointer) + "' is no JSON pointer: " + why);
}

}  // namespace

std::vector<std::string> pointer_tokens(std::string_view pointer) {
  std::vector<std::string> tokens;
  if (pointer.empty()) return tokens;
  if (pointer.front() != '/') refuse(pointer, "it must be empty or start with '/'");
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (pointer[i] != '~') {
      tokens.back() += pointer[i];
    } else {
      ++i;
      if (i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) {
        refuse(pointer, "'~' must be written ~0, and '/' inside a name ~1");
      }
      tokens.back() += pointer[i] == '0' ? '~' : '/';
    }
  }
  return tokens;
}

std::optional<std::uint64_t> array_index(std::string_view token) noexcept {
  if (token.empty() || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  std::uint64_t index = 0;
  const auto [stop, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || stop != token.data() + token.size()) return std::nullopt;
  return index;
}

void append_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

const Node* find(const Node& from, std::string_view pointer) {
  const Node* node = &from;
  for (const std::string& token : pointer_tokens(pointer)) {
    if (node->is_object()) {
      node = node->member(token);
    } else if (node->is_array() && !node->elided) {
      const auto index = array_index(token);
      node = index && *index < node->count ? node->items + *index : nullptr;
    } else {
      node = nullptr;
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

}  // namespace integ::json
