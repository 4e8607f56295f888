#include "sync/check.hpp"

#include "sync/discover.hpp"
#include "sync/stream_glance.hpp"

#include <memory>
#include <vector>

namespace integ::sync {
namespace {

void check_stream(Connection& connection, const plugin::LoadedStream& stream) {
  StreamGlance glance(connection, stream, &stream.runner);
  if (stream.runner.check != nullptr) return glance.check();
  if (stream.runner.slices == nullptr) return glance.run(nullptr);
  const std::vector<Slice> slices = glance.slices();
  if (!slices.empty()) glance.run(&slices.front());
}

void check_interleaved(Connection& connection) {
  std::vector<std::unique_ptr<StreamGlance>> first;
  first.push_back(std::make_unique<StreamGlance>(connection, *connection.connector().streams.front(), nullptr));
  glance_interleaved(connection, first);
}

}  // namespace

void check(Connection& connection) {
  const plugin::LoadedConnector& connector = connection.connector();
  for (const auto& stream : connector.streams) {
    if (stream->has_runner) return check_stream(connection, *stream);
  }
  if (connector.has_interleaved && !connector.streams.empty()) return check_interleaved(connection);
  static_cast<void>(discover(connection));
}

}  // namespace integ::sync
