// `integ discover --infer`: schemas proposed from what streams bring.
#pragma once

#include "cli/host.hpp"
#include "cli/verbs.hpp"
#include "model/catalog.hpp"
#include "sync/connection.hpp"
#include "sync/read.hpp"

namespace integ::cli {

// Reads some pages of each stream of the catalogue and prints what they look like, a line of JSON or structs of C++ for
// each. A stream that fails is told, and what was seen of it before printed. False where one did.
bool propose(Host& host, sync::Connection& connection, const sync::DiscoveredStreams& discovered,
             const Catalog& catalog, const DiscoverOptions& options);

}  // namespace integ::cli
