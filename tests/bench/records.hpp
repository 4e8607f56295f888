// The records that the benchmarks read: alike in shape, different in content, made without a library of ours. Plain
// functions; the same seed gives the same bytes on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace bench {

enum class Text { plain, escaped };  // escaped: words in \uXXXX

// A JSON object of about `bytes` bytes on one line: below 450 a flat one of scalars, else with an object in an object
// and an array of objects. `number` stands in name, url and id, in the same digits.
std::string record(std::uint64_t number, std::size_t bytes, Text text, std::mt19937& random);

// The same JSON with line breaks and two spaces a level, as servers for people write it.
std::string pretty(std::string_view json);

}  // namespace bench
