// A stream's schema as Singer's readers can take it: no $ref, always `properties`.
#pragma once

#include "json/document.hpp"

#include <string>
#include <string_view>

namespace integ::protocol {

// Local references ("#", "#/definitions/x") are replaced by what they point at. A type that contains itself
// is unfolded kUnfoldings times, then stands as its bare type ({"type":"object"}). A property that allows anything, as
// what can't be found does, gets a list of all types. The result stays under kSchemaBudget bytes plus one such
// unfolding.
inline constexpr int kUnfoldings = 3;
inline constexpr std::size_t kSchemaBudget = 1024UL * 1024;
std::string singer_schema(std::string_view schema);

}  // namespace integ::protocol
