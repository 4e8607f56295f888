// The records of some streams' first pages, looked at and thrown away: nothing is written, and no state is read or
// moved.
#pragma once

#include "base/error.hpp"
#include "model/catalog.hpp"
#include "sync/connection.hpp"
#include "sync/read.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace integ::sync {

// Of one stream of the catalogue.
struct SampledStream {
  std::uint64_t pages = 0;  // emissions; of one that streams, its batches
  std::optional<Error> error;
};

// Called on this thread; `stream` is the number of the stream in the catalogue.
using SeeRecords = std::function<void(std::size_t stream, const std::vector<std::string_view>& records)>;

// Runs each stream, one after the other and from its beginning, until `pages` pages of it were seen; of a stream in
// slices those of the first ones. One stream's failure does not stop the others; what was seen before it counts. Throws
// Error of kind cancelled.
std::vector<SampledStream> sample(Connection& connection, const DiscoveredStreams& discovered, const Catalog& catalog,
                                  std::uint64_t pages, const SeeRecords& see);

}  // namespace integ::sync
