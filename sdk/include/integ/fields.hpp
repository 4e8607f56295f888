// Which members a struct has, said once; loading, JSON Schema and writing derive from it.
//
//   struct Config {
//     std::string url = "https://api.example.com";   // has a default, so it need not be given
//     integ::Secret token;                           // has none: required, and never shown
//     std::optional<integ::DateTime> since;          // may be absent
//   };
//   INTEG_FIELDS(Config, url, token, since)
//
// What a person should read in a form is told in a function beside it, found by its argument:
//
//   inline void integ_describe(integ::About<Config>& about) {
//     about.title("Example");
//     about.field(&Config::token).title("API token").description("Settings, Developers, Tokens.");
//   }
//
// Member types: bool, integers, double, std::string, Secret, DateTime, Json, structs with INTEG_FIELDS of
// their own, and of all these std::optional, std::vector and std::map<std::string, T>. One member of type
// Rest takes what the others leave.
#pragma once

#include <integ/codec_fwd.hpp>

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace detail {

template <class T, class M>
struct Member {
  using Type = M;
  const char* name;
  M T::*pointer;
};

// T before the member's own class, so that members of a base are members too.
template <class T, class M, class Owner>
constexpr Member<T, M> member(const char* name, M Owner::*pointer) {
  return {name, pointer};
}

}  // namespace detail

// What a schema says about one member beside its type.
class Field {
 public:
  Field& name(std::string text) { return set(name_, std::move(text)); }  // in JSON, where C++ can't spell it
  Field& title(std::string text) { return set(title_, std::move(text)); }
  Field& description(std::string text) { return set(description_, std::move(text)); }
  // `words` say to people what has to be there instead of the expression, "a date: 2026-01-31" say.
  Field& pattern(std::string regex, std::string words = {}) {
    set(pattern_words_, std::move(words));
    return set(pattern_, std::move(regex));
  }
  // Of an API: http or https and a host, and nothing that a path can't be put behind.
  Field& base_url() {
    return pattern(R"(^https?://[^\s/?#]+(/[^\s?#]*)?$)", "an http:// or https:// URL, without spaces, '?' and '#'");
  }
  Field& format(std::string text) { return set(format_, std::move(text)); }
  Field& secret() { return set(secret_, true); }
  Field& hidden() { return set(hidden_, true); }  // no form shows it
  // Against what the member's initialiser says.
  Field& required() { return set(required_, std::optional(true)); }
  Field& optional() { return set(required_, std::optional(false)); }
  template <class V>
  Field& minimum(V value) {
    return set(minimum_, json_of(value));
  }
  template <class V>
  Field& maximum(V value) {
    return set(maximum_, json_of(value));
  }
  template <class V>
  Field& default_value(const V& value) {
    return set(default_, json_of(value));
  }
  template <class... V>
  Field& one_of(const V&... values) {
    return set(one_of_, std::vector<std::string>{json_of(values)...});
  }
  template <class... V>
  Field& examples(const V&... values) {
    return set(examples_, std::vector<std::string>{json_of(values)...});
  }

  // What required() or optional() said, if anything.
  std::optional<bool> is_required() const { return required_; }

 private:
  template <class Owner>
  friend class About;
  friend struct detail::SchemaWriter;

  template <class M, class V>
  Field& set(M& member, V value) {
    member = std::move(value);
    return *this;
  }
  template <class V>
  static std::string json_of(const V& value) {
    if constexpr (std::convertible_to<V, std::string_view>) {
      return to_json(std::string(std::string_view(value)));
    } else {
      return to_json(value);
    }
  }

  std::string name_, title_, description_, pattern_, pattern_words_, format_;
  std::string minimum_, maximum_, default_;     // JSON; empty: not said
  std::vector<std::string> one_of_, examples_;  // JSON
  std::optional<bool> required_;
  bool secret_ = false;
  bool hidden_ = false;
};

// Everything that is known about T. Built once a type, constant from then on.
template <class T>
class About {
 public:
  About& title(std::string text) { return title_ = std::move(text), *this; }
  About& description(std::string text) { return description_ = std::move(text), *this; }

  template <class M, class Owner>
  Field& field(M Owner::*pointer) {
    Field* found = nullptr;
    each([&](const auto& member, Field& field) {
      if constexpr (std::is_convertible_v<M Owner::*, std::remove_cv_t<decltype(member.pointer)>>) {
        if (static_cast<std::remove_cv_t<decltype(member.pointer)>>(pointer) == member.pointer) found = &field;
      }
    });
    // A member that INTEG_FIELDS does not name has no schema to describe: told to no one.
    return found != nullptr ? *found : unnamed_;
  }

  static const About& get() {
    static const About about;
    return about;
  }

  const std::string& title() const { return title_; }
  const std::string& description() const { return description_; }
  const std::string& name(std::size_t index) const { return fields_[index].name_; }
  const Field& at(std::size_t index) const { return fields_[index]; }

  // f(Member<T, M>, index) for each member, in the order of INTEG_FIELDS.
  template <class F>
  static void members(F&& f) {
    constexpr auto all = integ_fields_of(static_cast<const T*>(nullptr));
    [&]<std::size_t... I>(std::index_sequence<I...>) { (f(std::get<I>(all), I), ...); }
    (std::make_index_sequence<count>());
  }

  static constexpr std::size_t count = std::tuple_size_v<decltype(integ_fields_of(static_cast<const T*>(nullptr)))>;

 private:
  About() {
    each([](const auto& member, Field& field) { field.name_ = member.name; });
    if constexpr (requires(About & about) { integ_describe(about); }) integ_describe(*this);
  }
  template <class F>
  void each(F&& f) {
    members([&](const auto& member, std::size_t index) { f(member, fields_[index]); });
  }

  std::string title_, description_;
  std::array<Field, count> fields_;
  Field unnamed_;
};

}  // namespace v1
}  // namespace integ

// clang-format off
// The macros repeat a step for each argument by re-scanning: enough for some 250 members.
#define INTEG_DETAIL_PARENS ()
#define INTEG_DETAIL_EXPAND(...) INTEG_DETAIL_EXPAND3(INTEG_DETAIL_EXPAND3(INTEG_DETAIL_EXPAND3(INTEG_DETAIL_EXPAND3(__VA_ARGS__))))
#define INTEG_DETAIL_EXPAND3(...) INTEG_DETAIL_EXPAND2(INTEG_DETAIL_EXPAND2(INTEG_DETAIL_EXPAND2(INTEG_DETAIL_EXPAND2(__VA_ARGS__))))
#define INTEG_DETAIL_EXPAND2(...) INTEG_DETAIL_EXPAND1(INTEG_DETAIL_EXPAND1(INTEG_DETAIL_EXPAND1(INTEG_DETAIL_EXPAND1(__VA_ARGS__))))
#define INTEG_DETAIL_EXPAND1(...) INTEG_DETAIL_EXPAND0(INTEG_DETAIL_EXPAND0(INTEG_DETAIL_EXPAND0(INTEG_DETAIL_EXPAND0(__VA_ARGS__))))
#define INTEG_DETAIL_EXPAND0(...) __VA_ARGS__
#define INTEG_DETAIL_EACH(Type, ...) __VA_OPT__(INTEG_DETAIL_EXPAND(INTEG_DETAIL_STEP(Type, __VA_ARGS__)))
#define INTEG_DETAIL_STEP(Type, first, ...) \
  ::integ::detail::member<Type>(#first, &Type::first) __VA_OPT__(, INTEG_DETAIL_AGAIN INTEG_DETAIL_PARENS (Type, __VA_ARGS__))
#define INTEG_DETAIL_AGAIN() INTEG_DETAIL_STEP

// In the namespace of Type, after it. No semicolon behind it.
#define INTEG_FIELDS(Type, ...)                                                 \
  [[maybe_unused]] constexpr auto integ_fields_of(const Type*) {                \
    return std::make_tuple(INTEG_DETAIL_EACH(Type, __VA_ARGS__));               \
  }
// clang-format on
