#include "plugin/described.hpp"

#include "base/error.hpp"
#include "plugin/foreign.hpp"
#include "plugin/stream_descriptor.hpp"

#include <algorithm>
#include <utility>

namespace integ::plugin {
namespace {

// In place of the connector's own, which are in another process.
integ_status not_here(void*, const integ_host*, integ_http_context*) noexcept { return INTEG_E_INTERNAL; }

integ_runner runner_of(const RunnerShape& shape) {
  integ_runner out{};
  out.size = sizeof out;
  out.run = not_here;
  if (shape.slices) out.slices = not_here;
  if (shape.check) out.check = not_here;
  if (shape.finish) out.finish = not_here;
  return out;
}

std::unique_ptr<LoadedStream> described_stream(const Stream& stream, const std::string& owner) {
  StreamDescriptor made(stream);
  made.descriptor.data = view(stream.data);
  const integ_runner runner = runner_of(stream.runner);
  if (!stream.interleaved) made.descriptor.runner = &runner;
  std::unique_ptr<LoadedStream> loaded = read_stream(&made.descriptor, owner);
  loaded->info.interleaved = stream.interleaved;
  return loaded;
}

}  // namespace

std::shared_ptr<const Plugin> described_plugin(const Listing& listing, const std::string& connector) {
  const auto info = std::ranges::find(listing.connectors, connector, &ConnectorInfo::name);
  if (info == listing.connectors.end()) throw Error(Kind::internal, listing.path + " has no connector " + connector);
  auto loaded = std::make_unique<LoadedConnector>();
  loaded->info = *info;
  for (const Stream& stream : info->streams) loaded->streams.push_back(described_stream(stream, listing.path));
  if (info->has_discover) loaded->discover = not_here;
  if (info->has_authorize) loaded->authorize = not_here;
  loaded->has_dynamic = info->has_dynamic;
  if (info->has_dynamic) loaded->dynamic = runner_of(info->dynamic);
  loaded->has_interleaved = info->has_interleaved;
  if (info->has_interleaved) loaded->interleaved = runner_of({});
  auto plugin = std::make_shared<Plugin>();
  plugin->path = listing.path;
  plugin->connectors.push_back(std::move(loaded));
  return plugin;
}

}  // namespace integ::plugin
