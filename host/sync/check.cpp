#include "sync/check.hpp"

#include "base/error.hpp"
#include "sync/discover.hpp"
#include "sync/stream_glance.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace integ::sync {
namespace {

// So many streams that refuse, and whoever waits for the answer has waited long enough.
constexpr int kMostRefusals = 8;

// False: it has nothing that could be tried.
bool check_stream(Connection& connection, const plugin::LoadedStream& stream) {
  StreamGlance glance(connection, stream, &stream.runner);
  if (stream.runner.check != nullptr) {
    glance.check();
  } else if (stream.runner.slices == nullptr) {
    glance.run(nullptr);
  } else {
    const std::vector<Slice> slices = glance.slices();
    if (slices.empty()) return false;
    glance.run(&slices.front());
  }
  return true;
}

// Credentials need not be good for every stream: one that they may read is enough, and a refusal is told where the
// first ones all refuse.
bool check_streams(Connection& connection) {
  std::optional<Error> refusal;
  int refusals = 0;
  bool any = false;
  for (const auto& stream : connection.connector().streams) {
    if (!stream->has_runner) continue;
    any = true;
    try {
      if (check_stream(connection, *stream) || !refusal) return true;
    } catch (const Error& error) {
      if (error.status() != INTEG_E_FORBIDDEN) throw;
      if (!refusal) refusal = error;
      if (++refusals == kMostRefusals) break;
    }
  }
  if (refusal) throw Error(*refusal);
  return any;
}

void check_interleaved(Connection& connection) {
  std::vector<std::unique_ptr<StreamGlance>> first;
  first.push_back(std::make_unique<StreamGlance>(connection, *connection.connector().streams.front(), nullptr));
  glance_interleaved(connection, first);
}

}  // namespace

void check(Connection& connection) {
  const plugin::LoadedConnector& connector = connection.connector();
  if (check_streams(connection)) return;
  if (connector.has_interleaved && !connector.streams.empty()) return check_interleaved(connection);
  static_cast<void>(discover(connection));
}

}  // namespace integ::sync
