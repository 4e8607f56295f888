// The two words that fields.hpp and codec.hpp say to each other.
#pragma once

#include <string>

namespace integ {
inline namespace v1 {

// A C++ value as JSON text; see codec.hpp.
template <class T>
std::string to_json(const T& value);

namespace detail {
struct SchemaWriter;

// A struct with INTEG_FIELDS.
template <class T>
concept Described = requires(const T* type) {
  integ_fields_of(type);
};

}  // namespace detail
}  // namespace v1
}  // namespace integ
