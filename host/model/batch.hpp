// Records on their way to an output: slices into the page that brought them, which they keep alive.
//
// Invariants: (1) each record is one whole valid JSON object without a raw LF or CR; (2) the views point
// into `owner`; (3) all are of one stream, in the order in which the server sent them.
#pragma once

#include "model/stream.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace integ {

struct Batch {
  const Stream* stream = nullptr;  // outlives the batch
  std::vector<std::string_view> records;
  std::shared_ptr<const void> owner;
  std::int64_t extracted_at_ms = 0;  // when the response came
  std::size_t bytes = 0;             // of memory that the batch holds on to
};

}  // namespace integ
