// A Stream as the C struct: for those who hand one to a plug-in, or to the checks that a plug-in's own goes through.
#pragma once

#include "model/stream.hpp"

#include <integ/abi.h>

#include <vector>

namespace integ::plugin {

// Borrows the stream's texts; the arrays are its own. Neither runner nor self nor data. Not movable: the descriptor is
// handed out.
struct StreamDescriptor {
  explicit StreamDescriptor(const Stream& stream);
  StreamDescriptor(const StreamDescriptor&) = delete;
  StreamDescriptor& operator=(const StreamDescriptor&) = delete;

  std::vector<integ_field> primary_key, order_by, iterate_by;
  integ_stream descriptor{};
};

}  // namespace integ::plugin
