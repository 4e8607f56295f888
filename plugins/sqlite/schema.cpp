#include "schema.hpp"

#include <integ/adapter.hpp>
#include <rapidjson/document.h>

#include <array>
#include <utility>

namespace integ_sqlite {
namespace {

using rapidjson::Document;

// Bits of what a property may be.
enum Type : unsigned {
  string = 1,
  object = 2,
  array = 4,
  integer = 8,
  number = 16,
  boolean = 32,
  null = 64,
  anything = 127,
};

constexpr int deepest = 16;  // of anyOf in anyOf; deeper says "anything", which is never wrong

Document parsed(std::string_view json, const char* what) {
  Document document;
  // Iterative: a deep schema is no reason to run out of stack. Long numbers (a default, say) aren't read.
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(json.data(), json.size());
  if (document.HasParseError()) throw integ::AdapterFailure(INTEG_E_ARGUMENT, std::string(what) + " is not JSON");
  return document;
}

const Document::ValueType* member(const Document::ValueType& value, const char* name) {
  if (!value.IsObject()) return nullptr;
  const auto found = value.FindMember(name);
  return found == value.MemberEnd() ? nullptr : &found->value;
}

std::string_view text(const Document::ValueType& value) { return {value.GetString(), value.GetStringLength()}; }

unsigned named(const Document::ValueType& value) {
  static constexpr std::array<std::pair<std::string_view, Type>, 7> names{{{"string", string},
                                                                           {"object", object},
                                                                           {"array", array},
                                                                           {"integer", integer},
                                                                           {"number", number},
                                                                           {"boolean", boolean},
                                                                           {"null", null}}};
  if (value.IsString()) {
    for (const auto& [name, type] : names) {
      if (text(value) == name) return type;
    }
  }
  return anything;
}

unsigned types(const Document::ValueType& schema, int depth = 0) {
  if (depth > deepest) return anything;
  if (const auto* type = member(schema, "type")) {
    if (!type->IsArray()) return named(*type);
    unsigned bits = 0;
    for (const auto& one : type->GetArray()) bits |= named(one);
    return bits;
  }
  for (const char* key : {"anyOf", "oneOf"}) {
    if (const auto* choices = member(schema, key); choices != nullptr && choices->IsArray()) {
      unsigned bits = 0;
      for (const auto& choice : choices->GetArray()) bits |= types(choice, depth + 1);
      return bits;
    }
  }
  if (member(schema, "properties") != nullptr) return object;
  return anything;
}

}  // namespace

std::vector<Property> properties_of(std::string_view json_schema) {
  std::vector<Property> result;
  const Document document = parsed(json_schema, "the stream's json_schema");
  const auto* properties = member(document, "properties");
  if (properties == nullptr || !properties->IsObject()) return result;
  for (const auto& property : properties->GetObject()) {
    const unsigned bits = types(property.value);
    result.push_back(
        {std::string(text(property.name)), (bits & (integer | number | boolean)) == 0, (bits & boolean) != 0});
  }
  return result;
}

Entry entry_of(std::string_view json) {
  Entry entry;
  if (json.empty()) return entry;
  const Document document = parsed(json, "the catalogue entry");
  if (const auto* mode = member(document, "sync_mode"); mode != nullptr && mode->IsString()) {
    entry.incremental = text(*mode) == "incremental";
  }
  if (const auto* resumes = member(document, "resumes")) entry.resumes = resumes->IsTrue();
  return entry;
}

bool says_something(std::string_view state) {
  const Document document = parsed(state, "the stored state");
  if (document.IsNull()) return false;
  if (!document.IsObject()) return true;
  const auto* done = member(document, "__ab_full_refresh_sync_complete");
  return document.MemberCount() > 0 && (done == nullptr || !done->IsTrue());
}

StreamStatus status_of(std::string_view json) {
  const Document document = parsed(json, "a stream's status");
  const auto text_of = [&](const char* name) {
    const auto* const found = member(document, name);
    return found != nullptr && found->IsString() ? std::string(text(*found)) : std::string();
  };
  return {text_of("stream"), text_of("namespace"), text_of("status")};
}

}  // namespace integ_sqlite
