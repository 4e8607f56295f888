// The streams that a connector only knows at run time.
#pragma once

#include "sync/connection.hpp"
#include "sync/read.hpp"

namespace integ::sync {

// Runs the connector's discover; nothing for one without. Throws what went wrong, also for two streams
// of one name.
DiscoveredStreams discover(Connection& connection);

// The static streams and the discovered ones, for a catalogue.
std::vector<Stream> all_streams(const plugin::LoadedConnector& connector, const DiscoveredStreams& discovered);

}  // namespace integ::sync
