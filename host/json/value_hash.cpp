#include "json/value_hash.hpp"

#include <cmath>
#include <functional>
#include <string_view>

namespace integ::json {
namespace {

// Spreads `value` over all bits and takes what was before along (the finaliser of MurmurHash3, by Austin Appleby).
std::uint64_t mixed(std::uint64_t before, std::uint64_t value) {
  std::uint64_t out = before * 31 + value + 0x9e3779b97f4a7c15ULL;
  out = (out ^ (out >> 33)) * 0xff51afd7ed558ccdULL;
  out = (out ^ (out >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return out ^ (out >> 33);
}

std::uint64_t of_text(std::string_view text) { return std::hash<std::string_view>()(text); }

// As whoever reads JSON into doubles has it, but for integers that a double can't tell apart.
std::uint64_t of_number(const Node& value) {
  if (value.type == Type::integer) return static_cast<std::uint64_t>(value.integer);
  constexpr double kExact = 9007199254740992;  // 2^53
  if (std::abs(value.number) < kExact && std::floor(value.number) == value.number) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value.number));
  }
  return std::hash<double>()(value.number);
}

}  // namespace

std::uint64_t value_hash(const Node& value) {
  std::uint64_t out = 0;
  switch (value.type) {
    case Type::null:
      return mixed(1, 0);
    case Type::boolean:
      return mixed(2, value.boolean ? 1 : 0);
    case Type::integer:
    case Type::number:
      return mixed(3, of_number(value));
    case Type::string:
      return mixed(4, of_text(value.text));
    case Type::array:
      for (std::uint64_t i = 0; i < value.count; ++i) out = mixed(out, value_hash(value.items[i]));
      return mixed(5, out);
    case Type::object:
      for (std::uint64_t i = 0; i < value.count; ++i) {
        out += mixed(of_text(value.keys[i]), value_hash(value.items[i]));  // a sum, so that order does not count
      }
      return mixed(6, out);
  }
  return out;
}

}  // namespace integ::json
