// What a pass of the slicer found in a text, as offsets from its first byte. Plain data.
#pragma once

#include <cstddef>
#include <vector>

namespace integ::json {

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Findings {
  std::vector<Range> records;
  Range array;               // of the records' array, brackets included
  bool found = false;        // something stands at the pointer
  bool is_array = false;     // it is an array
  bool is_null = false;      // it is null
  bool single = false;       // it is the root object, one record
  bool bad_element = false;  // some element is no object, or holds none at `record`
  std::size_t bad_index = 0;
  std::size_t bad_offset = 0;
  std::size_t bad_line = 0;   // of JSON Lines, from 1
  std::size_t count = 0;      // elements, bad ones too
  bool invalid_utf8 = false;  // somewhere in a string
};

}  // namespace integ::json
