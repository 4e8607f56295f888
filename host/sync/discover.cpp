#include "sync/discover.hpp"

#include "base/error.hpp"
#include "bridge/context.hpp"
#include "bridge/entries.hpp"
#include "sync/run_backend.hpp"

#include <set>
#include <utility>

namespace integ::sync {

DiscoveredStreams discover(Connection& connection) {
  const plugin::LoadedConnector& connector = connection.connector();
  DiscoveredStreams found;
  if (connector.discover == nullptr) return found;
  Targets targets;
  targets.discovered = &found;
  RunBackend backend(connection, std::move(targets));
  bridge::Documents documents;
  documents[INTEG_DOC_CONFIG] = connection.config();
  bridge::Context context(bridge::Phase::discover, backend, std::move(documents), nullptr);
  context.conclude(connection.entries().enter({bridge::Function::discover, connector}, context));
  std::set<std::pair<std::string, std::string>> names;
  for (const Stream& stream : all_streams(connector, found)) {
    if (!names.emplace(stream.name, stream.name_space).second) {
      throw Error(Kind::plugin, "connector " + connector.info.name + " has two streams named " + stream.name);
    }
  }
  return found;
}

std::vector<Stream> all_streams(const plugin::LoadedConnector& connector, const DiscoveredStreams& discovered) {
  std::vector<Stream> out;
  for (const auto& stream : connector.streams) out.push_back(stream->info);
  for (const auto& stream : discovered) out.push_back(stream->info);
  return out;
}

const plugin::LoadedStream* find_stream(const plugin::LoadedConnector& connector, const DiscoveredStreams& discovered,
                                        const Stream& wanted) {
  for (const auto& stream : connector.streams) {
    if (stream->info.name == wanted.name && stream->info.name_space == wanted.name_space) return stream.get();
  }
  for (const auto& stream : discovered) {
    if (stream->info.name == wanted.name && stream->info.name_space == wanted.name_space) return stream.get();
  }
  return nullptr;
}

const integ_runner* runner_of(const plugin::LoadedConnector& connector, const plugin::LoadedStream& stream) {
  if (stream.info.discovered) return connector.has_dynamic ? &connector.dynamic : nullptr;
  return stream.has_runner ? &stream.runner : nullptr;
}

}  // namespace integ::sync
