// JSON Schema (draft-07) of a struct with INTEG_FIELDS.
//
// config_schema<T>(): what a person fills in. A member is required unless it has a default member
// initialiser (booleans always count as having one), is optional, a list or a map. Secrets say
// "airbyte_secret": true. Whether unknown members are allowed is left unsaid, unless a member of type Rest takes them:
// platforms may add their own, while the host points out unknown keys in a pipeline.
//
// record_schema<T>(): what an API sends. Every member but the primary key may be null, and members that
// are not named here may be there: records go through as they are.
#pragma once

#include <integ/codec.hpp>
#include <integ/fields.hpp>
#include <integ/text.hpp>
#include <integ/types.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace detail {

template <class T>
struct SchemaOf;  // `type` of JSON Schema, and what else follows from the C++ type

struct SchemaWriter {
  std::string out;
  bool record = false;
  std::vector<std::string> keys;  // pointers that can't be null

  // A struct: {"type": "object", "properties": {...}}, without its closing brace.
  template <class T>
  void open_object(const std::string& pointer, const T& initial, bool nullable) {
    const auto& about = About<T>::get();
    out += '{';
    type("object", nullable);
    out += ",\"properties\":{";
    std::string required;
    bool first = true;
    bool open = record;
    About<T>::members([&](const auto& member, std::size_t index) {
      using M = typename std::decay_t<decltype(member)>::Type;
      if constexpr (std::is_same_v<M, Rest>) {
        open = true;
      } else {
        const Field& field = about.at(index);
        const M& value = initial.*member.pointer;
        if (!std::exchange(first, false)) out += ',';
        append_quoted(out, field.name_);
        out += ':';
        property<M>(pointer + "/" + field.name_, field, value, index);
        if (!record && (field.required_ ? *field.required_ : is_required(value))) {
          if (!required.empty()) required += ',';
          append_quoted(required, field.name_);
        }
      }
    });
    out += '}';
    if (!required.empty()) out.append(",\"required\":[").append(required).append("]");
    if (open) out += ",\"additionalProperties\":true";
    if (!about.title().empty()) text("title", about.title());
    if (!about.description().empty()) text("description", about.description());
  }

  template <class M>
  void property(const std::string& pointer, const Field& field, const M& initial, std::size_t order) {
    const bool nullable = record && std::find(keys.begin(), keys.end(), pointer) == keys.end();
    value<M>(pointer, initial, nullable);
    if (!field.title_.empty()) text("title", field.title_);
    if (!field.description_.empty()) text("description", field.description_);
    if (!field.format_.empty()) text("format", field.format_);
    if (!field.pattern_.empty()) text("pattern", field.pattern_);
    if (!field.pattern_words_.empty()) text("pattern_descriptor", field.pattern_words_);
    if (!field.minimum_.empty()) raw("minimum", field.minimum_);
    if (!field.maximum_.empty()) raw("maximum", field.maximum_);
    if (!field.one_of_.empty()) raw("enum", list(field.one_of_, nullable));
    if (!field.examples_.empty()) raw("examples", list(field.examples_, false));
    if (!field.default_.empty()) {
      raw("default", field.default_);
    } else if constexpr (!Described<M>) {
      if (!record && !Codec<M>::empty(initial)) raw("default", to_json(initial));
    }
    if (field.secret_ && !std::is_same_v<M, Secret> && !std::is_same_v<M, std::optional<Secret>>) {
      raw("airbyte_secret", "true");
    }
    if (field.hidden_) raw("airbyte_hidden", "true");
    if (!record) raw("order", to_json(order));
    close();
  }

  // Opens the object; close() ends it.
  template <class M>
  void value(const std::string& pointer, const M& initial, bool nullable) {
    if constexpr (Described<M>) {
      open_object<M>(pointer, initial, nullable);
    } else if constexpr (IsOptional<M>::value) {
      value(pointer, typename M::value_type{}, nullable);
    } else {
      out += '{';
      SchemaOf<M>::write(*this, pointer, nullable);
    }
  }
  void close() {
    if (out.ends_with(',')) out.pop_back();
    out += '}';
  }

  void type(const char* name, bool nullable) {
    out.append(nullable ? "\"type\":[\"" : "\"type\":\"").append(name).append(nullable ? "\",\"null\"]" : "\"");
  }
  void text(const char* key, const std::string& value) { raw(key, detail::quoted(value)); }
  void raw(const char* key, const std::string& json) {
    if (!out.ends_with('{')) out += ',';
    out.append("\"").append(key).append("\":").append(json);
  }
  static std::string list(const std::vector<std::string>& items, bool with_null) {
    std::string all = "[";
    for (const auto& item : items) all.append(all.size() > 1 ? "," : "").append(item);
    return all + (with_null ? ",null]" : "]");
  }
};

template <>
struct SchemaOf<bool> {
  static void write(SchemaWriter& to, const std::string&, bool nullable) { to.type("boolean", nullable); }
};
template <Integer T>
struct SchemaOf<T> {
  static void write(SchemaWriter& to, const std::string&, bool nullable) { to.type("integer", nullable); }
};
template <std::floating_point T>
struct SchemaOf<T> {
  static void write(SchemaWriter& to, const std::string&, bool nullable) { to.type("number", nullable); }
};
template <>
struct SchemaOf<std::string> {
  static void write(SchemaWriter& to, const std::string&, bool nullable) { to.type("string", nullable); }
};
template <>
struct SchemaOf<Secret> {
  static void write(SchemaWriter& to, const std::string&, bool nullable) {
    to.type("string", nullable);
    to.raw("airbyte_secret", "true");
  }
};
template <>
struct SchemaOf<DateTime> {
  static void write(SchemaWriter& to, const std::string&, bool nullable) {
    to.type("string", nullable);
    to.text("format", "date-time");
  }
};
template <>
struct SchemaOf<Json> {
  static void write(SchemaWriter&, const std::string&, bool) {}  // anything
};
template <class T>
struct SchemaOf<std::vector<T>> {
  static void write(SchemaWriter& to, const std::string& pointer, bool nullable) {
    to.type("array", nullable);
    to.out += ",\"items\":";
    to.value(pointer + "/*", T{}, to.record);
    to.close();
  }
};
template <class T>
struct SchemaOf<std::map<std::string, T>> {
  static void write(SchemaWriter& to, const std::string& pointer, bool nullable) {
    to.type("object", nullable);
    to.out += ",\"additionalProperties\":";
    to.value(pointer + "/*", T{}, to.record);
    to.close();
  }
};

template <class T>
std::string whole_schema(bool record, std::vector<std::string> keys) {
  SchemaWriter writer{"{\"$schema\":\"http://json-schema.org/draft-07/schema#\",", record, std::move(keys)};
  std::string head = std::exchange(writer.out, {});
  writer.template open_object<T>("", T{}, false);
  writer.close();
  return head + writer.out.substr(1);
}

}  // namespace detail

template <class T>
std::string config_schema() {
  return detail::whole_schema<T>(false, {});
}

// `keys`: pointers of the primary key.
template <class T>
std::string record_schema(std::vector<std::string> keys = {}) {
  return detail::whole_schema<T>(true, std::move(keys));
}

}  // namespace v1
}  // namespace integ
