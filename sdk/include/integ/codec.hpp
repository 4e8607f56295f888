// C++ values to JSON text, and from the host's JSON values. A type of the author's own joins in by a
// specialisation of Codec with the same three functions.
#pragma once

#include <integ/error.hpp>
#include <integ/fields.hpp>
#include <integ/text.hpp>
#include <integ/types.hpp>
#include <integ/value.hpp>

#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace detail {

// Where a read is, and what is wrong first. With `strict` a required member must be there.
struct Reading {
  bool strict = false;
  std::string path;
  std::string problem;

  bool wrong(const char* expected, const Value& found) {
    return refuse(std::string(expected) + " was expected, " + found.kind_name() + " was found");
  }
  bool refuse(const std::string& what) {
    if (problem.empty()) problem = (path.empty() ? std::string("the whole") : path) + ": " + what;
    return false;
  }
};

}  // namespace detail

// write: value to JSON. read: false when the value does not fit, which `reading` then explains.
// empty: what a member without an initialiser is, so that "has a default" can be told.
template <class T>
struct Codec;

template <>
struct Codec<bool> {
  static void write(std::string& out, bool value) { out += value ? "true" : "false"; }
  static bool read(const Value& from, bool& to, detail::Reading& reading) {
    if (!from.is_bool()) return reading.wrong("a boolean", from);
    to = from.boolean();
    return true;
  }
  static bool empty(bool) { return false; }  // false is a default, too
};

template <detail::Integer T>
struct Codec<T> {
  static void write(std::string& out, T value) { detail::append_number(out, value); }
  static bool read(const Value& from, T& to, detail::Reading& reading) {
    if (!from.is_number()) return reading.wrong("an integer", from);
    if (const auto whole = from.whole(); whole && std::in_range<T>(*whole)) {
      to = static_cast<T>(*whole);
      return true;
    }
    // Past int64 only the digits are exact.
    const auto digits = from.text();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), to);
    if (error == std::errc() && end == digits.data() + digits.size() && !digits.empty()) return true;
    return reading.refuse(std::string(digits) + " is no integer in range");
  }
  static bool empty(T value) { return value == 0; }
};

template <std::floating_point T>
struct Codec<T> {
  static void write(std::string& out, T value) { detail::append_number(out, static_cast<double>(value)); }
  static bool read(const Value& from, T& to, detail::Reading& reading) {
    if (!from.is_number()) return reading.wrong("a number", from);
    to = static_cast<T>(from.number());
    return true;
  }
  static bool empty(T value) { return value == T{}; }
};

template <>
struct Codec<std::string> {
  static void write(std::string& out, const std::string& value) { detail::append_quoted(out, value); }
  static bool read(const Value& from, std::string& to, detail::Reading& reading) {
    if (!from.is_string()) return reading.wrong("a string", from);
    to = from.text();
    return true;
  }
  static bool empty(const std::string& value) { return value.empty(); }
};

template <>
struct Codec<Secret> {
  static void write(std::string& out, const Secret& value) { detail::append_quoted(out, value.reveal()); }
  static bool read(const Value& from, Secret& to, detail::Reading& reading) {
    if (!from.is_string()) return reading.wrong("a string", from);
    to = Secret(std::string(from.text()));
    return true;
  }
  static bool empty(const Secret& value) { return value.empty(); }
};

template <>
struct Codec<DateTime> {
  static void write(std::string& out, const DateTime& value) { detail::append_quoted(out, value.text()); }
  static bool read(const Value& from, DateTime& to, detail::Reading& reading) {
    if (!from.is_string()) return reading.wrong("a date and time", from);
    DateTime read{std::string(from.text())};
    if (!read.empty() && !read.instant()) return reading.refuse("'" + read.text() + "' is no date and time");
    to = std::move(read);
    return true;
  }
  static bool empty(const DateTime& value) { return value.empty(); }
};

template <>
struct Codec<Json> {
  static void write(std::string& out, const Json& value) { out += value.empty() ? "null" : value.text; }
  static bool read(const Value& from, Json& to, detail::Reading&) {
    to.text = from.json();
    return true;
  }
  static bool empty(const Json& value) { return value.empty(); }
};

template <class T>
struct Codec<std::optional<T>> {
  static void write(std::string& out, const std::optional<T>& value) {
    if (value) {
      Codec<T>::write(out, *value);
    } else {
      out += "null";
    }
  }
  static bool read(const Value& from, std::optional<T>& to, detail::Reading& reading) {
    return Codec<T>::read(from, to.emplace(), reading);
  }
  static bool empty(const std::optional<T>& value) { return !value; }
};

template <class T>
struct Codec<std::vector<T>> {
  static void write(std::string& out, const std::vector<T>& values) {
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      Codec<T>::write(out, values[i]);
    }
    out += ']';
  }
  static bool read(const Value& from, std::vector<T>& to, detail::Reading& reading) {
    if (!from.is_array()) return reading.wrong("an array", from);
    to.clear();
    const auto length = reading.path.size();
    for (const auto& item : from.items()) {
      reading.path += '/';
      detail::append_number(reading.path, to.size());
      T element{};
      if (!Codec<T>::read(item, element, reading)) return false;
      to.push_back(std::move(element));
      reading.path.resize(length);
    }
    return true;
  }
  static bool empty(const std::vector<T>& values) { return values.empty(); }
};

template <class T>
struct Codec<std::map<std::string, T>> {
  static void write(std::string& out, const std::map<std::string, T>& values) {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : values) {
      if (!std::exchange(first, false)) out += ',';
      detail::append_quoted(out, key);
      out += ':';
      Codec<T>::write(out, value);
    }
    out += '}';
  }
  static bool read(const Value& from, std::map<std::string, T>& to, detail::Reading& reading) {
    if (!from.is_object()) return reading.wrong("an object", from);
    to.clear();
    const auto length = reading.path.size();
    for (const auto& [key, value] : from.members()) {
      reading.path.append("/").append(key);
      if (!Codec<T>::read(value, to[key], reading)) return false;
      reading.path.resize(length);
    }
    return true;
  }
  static bool empty(const std::map<std::string, T>& values) { return values.empty(); }
};

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsContainer : std::false_type {};
template <class T>
struct IsContainer<std::vector<T>> : std::true_type {};
template <class T>
struct IsContainer<std::map<std::string, T>> : std::true_type {};

// Must a configuration give this member? Not when it may be absent, has a default, or is a list (an
// empty one is a good default) or a struct that asks for nothing itself.
template <class M>
bool is_required(const M& initial) {
  if constexpr (Described<M>) {
    bool any = false;
    About<M>::members([&](const auto& member, std::size_t index) {
      const auto said = About<M>::get().at(index).is_required();
      any = any || (said ? *said : is_required(initial.*member.pointer));
    });
    return any;
  } else if constexpr (IsOptional<M>::value || IsContainer<M>::value || std::is_same_v<M, Json> ||
                       std::is_same_v<M, Rest>) {
    return false;
  } else {
    return Codec<M>::empty(initial);
  }
}

}  // namespace detail

template <detail::Described T>
struct Codec<T> {
  static void write(std::string& out, const T& value) {
    out += '{';
    bool first = true;
    const auto& about = About<T>::get();
    About<T>::members([&](const auto& member, std::size_t index) {
      using M = typename std::decay_t<decltype(member)>::Type;
      const M& part = value.*member.pointer;
      if constexpr (std::is_same_v<M, Rest>) {
        for (const auto& [name, json] : part.members) put(out, first, name), out += json;
      } else {
        // Nothing, rather than null: an optional that is not there was never said.
        if constexpr (detail::IsOptional<M>::value || std::is_same_v<M, Json>) {
          if (Codec<M>::empty(part)) return;
        }
        put(out, first, about.name(index));
        Codec<M>::write(out, part);
      }
    });
    out += '}';
  }

  static bool read(const Value& from, T& to, detail::Reading& reading) {
    if (!from.is_object()) return reading.wrong("an object", from);
    const auto& about = About<T>::get();
    const auto members = from.members();
    const auto find = [&](const std::string& name) -> const Value* {
      for (const auto& [key, value] : members) {
        if (key == name) return &value;
      }
      return nullptr;
    };
    std::set<std::string> named;
    bool fits = true;
    About<T>::members([&](const auto& member, std::size_t index) {
      using M = typename std::decay_t<decltype(member)>::Type;
      if constexpr (!std::is_same_v<M, Rest>) {
        named.insert(about.name(index));
        const Value* value = find(about.name(index));
        fits = fits && part<M>(value, to.*member.pointer, about.at(index), about.name(index), reading);
      }
    });
    About<T>::members([&](const auto& member, std::size_t) {
      using M = typename std::decay_t<decltype(member)>::Type;
      if constexpr (std::is_same_v<M, Rest>) {
        for (const auto& [key, value] : members) {
          if (!named.contains(key)) (to.*member.pointer).members.emplace_back(key, value.json());
        }
      }
    });
    return fits;
  }
  static bool empty(const T&) { return false; }

 private:
  static void put(std::string& out, bool& first, const std::string& name) {
    if (!std::exchange(first, false)) out += ',';
    detail::append_quoted(out, name);
    out += ':';
  }
  template <class M>
  static bool part(const Value* value, M& to, const Field& field, const std::string& name, detail::Reading& reading) {
    const auto length = reading.path.size();
    reading.path.append("/").append(name);
    bool fits = true;
    if (value != nullptr && *value) {
      fits = Codec<M>::read(*value, to, reading);
    } else if (const auto said = field.is_required(); reading.strict && (said ? *said : detail::is_required(to))) {
      fits = reading.refuse("it is missing");
    }
    if (fits) reading.path.resize(length);
    return fits;
  }
};

template <class T>
std::string to_json(const T& value) {
  std::string out;
  Codec<T>::write(out, value);
  return out;
}

namespace detail {

// What a document says as a T; `what` names it in the sentence that a person reads when it does not fit.
template <class T>
T load(const Value& from, const std::string& what, bool strict, Failure failure) {
  T value{};
  Reading reading{strict, {}, {}};
  if (!Codec<T>::read(from, value, reading))
    raise(failure, "The " + what + " can't be read at " + reading.problem + ".");
  return value;
}

}  // namespace detail
}  // namespace v1
}  // namespace integ
