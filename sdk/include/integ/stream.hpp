// A stream of records: its keys, its schema, its functions.
//
//   integ::incremental<Order>("orders").primary_key("/id").iterate_by("/updated_at").resumable()
//
// incremental: a run goes on from a state. non_incremental: every run reads all of it. `resumable` says
// that a full refresh that was cut goes on from its state, too. Keys are JSON pointers into the record.
#pragma once

#include <integ/schema.hpp>
#include <integ/text.hpp>

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {

class HttpContext;

// A key and the order it sorts by.
struct Key {
  std::string pointer;
  std::int32_t order = 0;
  Key(const char* path) : pointer(path) {}  // NOLINT(google-explicit-constructor)
  Key(std::string path, std::int32_t way = 0) : pointer(std::move(path)), order(way) {}  // NOLINT
};
inline Key ascending(std::string pointer) { return {std::move(pointer), 1}; }
inline Key descending(std::string pointer) { return {std::move(pointer), -1}; }

namespace detail {

// A function of the author's: returns nothing and throws, or returns a Status.
using Phase = std::function<void(HttpContext&)>;

template <class F>
Phase phase(F function) {
  if constexpr (std::is_same_v<std::invoke_result_t<F&, HttpContext&>, Status>) {
    return [function = std::move(function)](HttpContext& context) mutable { must(function(context).code()); };
  } else {
    return function;
  }
}

struct Phases {
  Phase run, slices, check, finish;
};

// What entry.hpp makes of Phases: the C functions and what they get as `self`.
const integ_runner* runner_of(const Phases& phases, integ_runner& raw);

}  // namespace detail

class Stream {
 public:
  using SchemaOf = std::string (*)(std::vector<std::string>);

  Stream(std::string name, std::uint32_t flags, SchemaOf schema_of)
      : name_(std::move(name)), flags_(flags), schema_of_(schema_of) {}

  Stream& name_space(std::string text) { return name_space_ = std::move(text), *this; }
  template <class... K>
  Stream& primary_key(K&&... keys) {
    return primary_key_ = {Key(std::forward<K>(keys))...}, *this;
  }
  // What the records come sorted by, if they do.
  template <class... K>
  Stream& order_by(K&&... keys) {
    return order_by_ = {Key(std::forward<K>(keys))...}, *this;
  }
  // The cursor.
  template <class... K>
  Stream& iterate_by(K&&... keys) {
    return iterate_by_ = {Key(std::forward<K>(keys))...}, *this;
  }
  // The user may choose another one; selection() tells which.
  Stream& custom_primary_key() { return flag(INTEG_STREAM_CUSTOM_PRIMARY_KEY); }
  Stream& custom_order_by() { return flag(INTEG_STREAM_CUSTOM_ORDER_BY); }
  Stream& custom_iterate_by() { return flag(INTEG_STREAM_CUSTOM_ITERATE_BY); }
  Stream& resumable() { return flag(INTEG_STREAM_RESUMABLE); }
  // In place of what the record type says: JSON Schema with `properties`.
  Stream& schema(std::string json) { return schema_ = std::move(json), *this; }
  // JSON of the connector's own, read back with data<T>().
  template <class T>
  Stream& data(const T& value) {
    return data_ = to_json(value), *this;
  }
  Stream& annotations(std::string json) { return annotations_ = std::move(json), *this; }

  // Names the parts that can run apart (add_slice).
  template <std::invocable<HttpContext&> F>
  Stream& slices(F function) {
    return phases_.slices = detail::phase(std::move(function)), *this;
  }
  // Folds the states of all slices into one (slices<T>, then emit_state).
  template <std::invocable<HttpContext&> F>
  Stream& finish(F function) {
    return phases_.finish = detail::phase(std::move(function)), *this;
  }
  // Tries the connection; without it, the run is tried up to its first page.
  template <std::invocable<HttpContext&> F>
  Stream& check(F function) {
    return phases_.check = detail::phase(std::move(function)), *this;
  }
  template <std::invocable<HttpContext&> F>
  Stream& run(F function) {
    return phases_.run = detail::phase(std::move(function)), *this;
  }

  const std::string& name() const { return name_; }
  detail::Phases& phases() { return phases_; }

  // The ABI's form, which points into this: neither moves nor changes from then on.
  const integ_stream* descriptor() {
    if (schema_.empty()) schema_ = schema_of_(pointers(primary_key_));
    raw_.size = sizeof(raw_);
    raw_.flags = flags_;
    raw_.name = detail::str(name_);
    raw_.name_space = detail::str(name_space_);
    raw_.json_schema = detail::str(schema_);
    raw_.primary_key = fill(fields_[0], primary_key_);
    raw_.primary_key_count = primary_key_.size();
    raw_.order_by = fill(fields_[1], order_by_);
    raw_.order_by_count = order_by_.size();
    raw_.iterate_by = fill(fields_[2], iterate_by_);
    raw_.iterate_by_count = iterate_by_.size();
    raw_.runner = detail::runner_of(phases_, runner_);
    raw_.self = raw_.runner != nullptr ? static_cast<void*>(&phases_) : nullptr;
    raw_.data = detail::str(data_);
    raw_.annotations = detail::str(annotations_);
    return &raw_;
  }

 private:
  Stream& flag(std::uint32_t bit) { return flags_ |= bit, *this; }
  static std::vector<std::string> pointers(const std::vector<Key>& keys) {
    std::vector<std::string> all;
    all.reserve(keys.size());
    for (const auto& key : keys) all.push_back(key.pointer);
    return all;
  }
  static const integ_field* fill(std::vector<integ_field>& raw, const std::vector<Key>& keys) {
    raw.clear();
    for (const auto& key : keys) raw.push_back({detail::str(key.pointer), key.order, 0});
    return raw.data();
  }

  std::string name_, name_space_, schema_, data_, annotations_;
  std::vector<Key> primary_key_, order_by_, iterate_by_;
  std::uint32_t flags_;
  SchemaOf schema_of_;
  detail::Phases phases_;

  std::vector<integ_field> fields_[3];
  integ_runner runner_{};
  integ_stream raw_{};
};

namespace detail {
template <class T>
std::string stream_schema(std::vector<std::string> keys) {
  if constexpr (Described<T>) {
    return record_schema<T>(std::move(keys));
  } else {
    return R"({"type":"object","properties":{},"additionalProperties":true})";
  }
}
}  // namespace detail

// T: a struct with INTEG_FIELDS; without it the schema is what schema() says.
template <class T = Json>
Stream incremental(std::string name) {
  return {std::move(name), INTEG_STREAM_INCREMENTAL, detail::stream_schema<T>};
}
template <class T = Json>
Stream non_incremental(std::string name) {
  return {std::move(name), 0, detail::stream_schema<T>};
}

}  // namespace v1
}  // namespace integ
