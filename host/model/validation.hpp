// How records are checked against the schema that their stream declares. Plain data.
#pragma once

#include <cstdint>

namespace integ {

struct Validation {
  enum class Mode {
    off,
    warn,  // what breaks the schema is counted, and told once a stream, at its end
    fail,  // the first record that breaks it ends its stream, before its page goes out
  };
  // The first so many records of a stream are looked at, and one in so many of those that follow; 1: each of them.
  static constexpr std::uint64_t kSample = 1000;

  Mode mode = Mode::off;
  std::uint64_t sample = 1;
};

}  // namespace integ
