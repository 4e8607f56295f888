// The streams of a connector, those too that it only knows at run time.
#pragma once

#include "sync/connection.hpp"
#include "sync/read.hpp"

namespace integ::sync {

// Runs the connector's discover; nothing for one without. Throws what went wrong, also for two streams
// of one name.
DiscoveredStreams discover(Connection& connection);

// The static streams and the discovered ones, for a catalogue.
std::vector<Stream> all_streams(const plugin::LoadedConnector& connector, const DiscoveredStreams& discovered);

// The stream of that name and namespace, or nullptr.
const plugin::LoadedStream* find_stream(const plugin::LoadedConnector& connector, const DiscoveredStreams& discovered,
                                        const Stream& wanted);
// What runs it, or nullptr for a stream that the connector's interleaved run feeds.
const integ_runner* runner_of(const plugin::LoadedConnector& connector, const plugin::LoadedStream& stream);

}  // namespace integ::sync
