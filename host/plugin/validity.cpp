#include "plugin/validity.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "plugin/foreign.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace integ::plugin {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_identifier_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

bool is_number_without_leading_zero(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit) && (text.size() == 1 || text[0] != '0');
}

bool are_identifiers(std::string_view text, bool numbers_are_canonical) {
  for (const std::string_view part : split(text, '.')) {
    if (part.empty() || !std::all_of(part.begin(), part.end(), is_identifier_character)) return false;
    const bool number = std::all_of(part.begin(), part.end(), is_digit);
    if (number && numbers_are_canonical && !is_number_without_leading_zero(part)) return false;
  }
  return true;
}

// The reference tokens of RFC 6901; nothing for an ill-formed pointer or "".
std::optional<std::vector<std::string>> tokens_of(std::string_view pointer) {
  if (!pointer.starts_with('/')) return std::nullopt;
  std::vector<std::string> tokens;
  for (const std::string_view part : split(pointer.substr(1), '/')) {
    std::string token;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (part[i] != '~') {
        token += part[i];
      } else if (i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1')) {
        token += part[++i] == '0' ? '~' : '/';
      } else {
        return std::nullopt;
      }
    }
    tokens.push_back(std::move(token));
  }
  return tokens;
}

constexpr int kMaxReferences = 64;  // a chain of $ref that is longer goes round in a circle

bool leads(const json::Node& root, const json::Node& schema, const std::vector<std::string>& tokens, std::size_t at,
           int budget) {
  if (at == tokens.size()) return true;
  if (!schema.is_object() || budget == 0) return false;
  const std::string_view reference = schema.string("$ref");
  if (reference.starts_with("#/")) {
    const json::Node* target = json::find(root, reference.substr(1));
    return target != nullptr && leads(root, *target, tokens, at, budget - 1);
  }
  bool described = false;
  if (const json::Node* properties = schema.member("properties"); properties != nullptr) {
    described = true;
    const json::Node* property = properties->member(tokens[at]);
    if (property != nullptr && (at + 1 == tokens.size() || leads(root, *property, tokens, at + 1, budget))) return true;
  }
  for (const char* combination : {"allOf", "anyOf", "oneOf"}) {
    const json::Node* branches = schema.member(combination);
    if (branches == nullptr || !branches->is_array()) continue;
    described = true;
    for (std::uint64_t i = 0; i < branches->count; ++i) {
      if (leads(root, branches->items[i], tokens, at, budget - 1)) return true;
    }
  }
  if (described || at == 0) return false;
  const std::string_view type = schema.string("type");
  return type.empty() || type == "object";
}

}  // namespace

bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-';
  });
}

bool is_semver(std::string_view text) noexcept {
  if (const std::size_t plus = text.find('+'); plus != text.npos) {
    if (!are_identifiers(text.substr(plus + 1), false)) return false;
    text = text.substr(0, plus);
  }
  if (const std::size_t dash = text.find('-'); dash != text.npos) {
    if (!are_identifiers(text.substr(dash + 1), true)) return false;
    text = text.substr(0, dash);
  }
  const std::vector<std::string_view> parts = split(text, '.');
  return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), is_number_without_leading_zero);
}

void check_name(const std::string& name, const std::string& owner) {
  if (!is_name(name)) {
    broken(owner, "its name '" + sanitised(name, 80) + "' is not made of 1 to 64 characters of a-z, 0-9 and '-'");
  }
}

void check_version(const std::string& version, const std::string& owner) {
  if (!is_semver(version)) {
    broken(owner, "its version '" + sanitised(version, 80) + "' is no semantic version like 1.0.0");
  }
}

void check_stream_name(const std::string& name, const std::string& owner) {
  const bool control =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (name.empty()) broken(owner, "a stream has no name");
  if (control) broken(owner, "the stream name '" + sanitised(name, 80) + "' has control characters");
}

void check_allowed_host(const std::string& entry, const std::string& owner) {
  const std::string shown = "allowed_hosts has '" + sanitised(entry, 80) + "'";
  std::string_view rest = entry;
  if (rest.starts_with("{config:")) {
    const std::size_t end = rest.find('}');
    if (end == rest.npos || !tokens_of(rest.substr(8, end - 8))) {
      broken(owner, shown + ", but {config:...} needs a JSON pointer like {config:/url}");
    }
    rest = rest.substr(end + 1);
    if (rest.empty()) return;
  }
  if (rest.find("://") != rest.npos || rest.find('/') != rest.npos) {
    broken(owner, shown + ", which is a URL and not a host like api.example.com");
  }
  const bool fits = !rest.empty() && std::all_of(rest.begin(), rest.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != '{' && c != '}' && c != 0x7f;
  });
  if (!fits) broken(owner, shown + ", which is no host");
  const std::size_t star = rest.find('*');
  if (star != rest.npos && (star != 0 || !rest.starts_with("*.") || rest.find('*', 1) != rest.npos)) {
    broken(owner, shown + ", but '*' can only stand for the first labels, as in *.example.com");
  }
}

json::Document parsed_json(const std::string& text, std::string_view member, const std::string& owner) {
  try {
    return json::Document::parse(text, member);
  } catch (const Error& error) {
    broken(owner, std::string(member) + " is no JSON: " + error.message());
  }
}

json::Document parsed_object(const std::string& text, std::string_view member, const std::string& owner) {
  json::Document document = parsed_json(text, member, owner);
  if (!document.root().is_object()) broken(owner, std::string(member) + " is no JSON object");
  return document;
}

bool schema_has(const json::Node& schema, std::string_view pointer) {
  const auto tokens = tokens_of(pointer);
  return tokens && leads(schema, schema, *tokens, 0, kMaxReferences);
}

}  // namespace integ::plugin
