// What may be said with an emission, after the pointer to the records:
//
//   ctx.emit_batch(request, page, "/orders", integ::max("/updated_at", latest), integ::record("/node"));
//
// max, min, last and all note a field of each record while the host looks for the records' bounds, so a
// cursor or the keys of parents cost no parsing. The variable is taken into account: max over several
// pages is the max of all of them. Types: std::string (compared as bytes), DateTime (as instants),
// integers, double, and std::optional of these; `all` fills a vector.
#pragma once

#include <integ/codec.hpp>
#include <integ/text.hpp>
#include <integ/types.hpp>
#include <integ/value.hpp>

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace detail {

struct Emission {
  std::string records, record, extra, total;
  std::uint32_t flags = 0;
  std::vector<integ_observe> observe;

  integ_emit raw() const {
    integ_emit emit{};
    emit.size = sizeof(emit);
    emit.flags = flags;
    emit.records = str(records);
    emit.record = str(record);
    emit.extra = str(extra);
    emit.observe = observe.data();
    emit.observe_count = observe.size();
    emit.total = str(total);
    return emit;
  }
};

template <class T>
struct Bare {
  using Type = T;
};
template <class T>
struct Bare<std::optional<T>> {
  using Type = T;
};
template <class T>
struct Bare<std::vector<T>> {
  using Type = typename Bare<T>::Type;
};

template <class T>
struct Observation {
  std::string pointer;
  int what = 0;
  T* into = nullptr;

  void apply(Emission& emission) const {
    const bool time = std::is_same_v<typename Bare<T>::Type, DateTime>;
    emission.observe.push_back({str(pointer), what, time ? std::uint32_t{INTEG_OBSERVE_TIME} : 0U});
  }
  void note(const Value& seen) const {
    if (!seen) return;
    T found{};
    Reading reading;
    if (!Codec<T>::read(seen, found, reading)) raise(Failure::malformed, pointer + " of a record: " + reading.problem);
    if constexpr (IsContainer<T>::value) {
      for (auto& one : found) into->push_back(std::move(one));
    } else {
      const bool first = Codec<T>::empty(*into);
      const bool better = what == INTEG_OBSERVE_LAST || (what == INTEG_OBSERVE_MAX ? *into < found : found < *into);
      if (first || better) *into = std::move(found);
    }
  }
};

struct Setting {
  std::string Emission::*member;
  std::string text;
  std::uint32_t flag;

  void apply(Emission& emission) const {
    if (member != nullptr) emission.*member = text;
    emission.flags |= flag;
  }
};

template <class T>
concept Observes = requires(const T& option, const Value& value) {
  option.note(value);
};

}  // namespace detail

template <class T>
detail::Observation<T> max(std::string pointer, T& latest) {
  return {std::move(pointer), INTEG_OBSERVE_MAX, &latest};
}
// Nothing yet is an empty text, 0 or no value: for numbers that may be above 0, use an optional.
template <class T>
detail::Observation<T> min(std::string pointer, T& earliest) {
  return {std::move(pointer), INTEG_OBSERVE_MIN, &earliest};
}
template <class T>
detail::Observation<T> last(std::string pointer, T& value) {
  return {std::move(pointer), INTEG_OBSERVE_LAST, &value};
}
template <class T>
detail::Observation<std::vector<T>> all(std::string pointer, std::vector<T>& values) {
  return {std::move(pointer), INTEG_OBSERVE_ALL, &values};
}

// The record is inside each element, {"node": {...}} say.
inline detail::Setting record(std::string pointer) { return {&detail::Emission::record, std::move(pointer), 0}; }
// Members put into each record; they replace members of the same name.
template <class T>
detail::Setting extra(const T& members) {
  return {&detail::Emission::extra, to_json(members), 0};
}
// Where the answer says how many records there are in all pages together, for whoever watches the run.
inline detail::Setting total(std::string pointer) { return {&detail::Emission::total, std::move(pointer), 0}; }
// The items stay readable in the answer.
inline detail::Setting keep() { return {nullptr, {}, INTEG_EMIT_KEEP}; }
// No array there is no error: a page without results.
inline detail::Setting allow_missing() { return {nullptr, {}, INTEG_EMIT_ALLOW_MISSING}; }
// Records go out as they close, for bodies larger than memory: a body that can't be read to its end leaves those before
// it emitted. Not with keep().
inline detail::Setting streaming() { return {nullptr, {}, INTEG_EMIT_STREAMING}; }

// The records of the page before, once more, are an error: the server ignores which page is asked for.
inline detail::Setting distinct() { return {nullptr, {}, INTEG_EMIT_DISTINCT}; }

}  // namespace v1
}  // namespace integ
