// What was seen of a stream's records as C++ for a connector: structs with INTEG_FIELDS.
#pragma once

#include "json/infer.hpp"

#include <string>
#include <string_view>

namespace integ::cli {

// Structs from the inside out, the last one for the records themselves, named after the stream. Text that compiles
// behind #include <integ/sdk.hpp>: what C++ can't spell gets another name and an integ_describe() with the one in JSON,
// and what is not of one type is integ::Json.
std::string cpp_structs(const json::Shape& records, std::string_view stream);

}  // namespace integ::cli
