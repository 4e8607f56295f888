#include "sync/check.hpp"

#include "base/error.hpp"
#include "bridge/context.hpp"
#include "bridge/entries.hpp"
#include "protocol/events.hpp"
#include "sync/discover.hpp"
#include "sync/run_backend.hpp"

#include <utility>

namespace integ::sync {
namespace {

// What a check of one stream needs: it reads nothing but the configuration and the stream itself.
struct StreamCheck {
  explicit StreamCheck(const plugin::LoadedStream& stream)
      : loaded(stream), selected{stream.info, {}}, progress(selected, {}) {}

  bridge::Documents documents(const Connection& connection, const std::string& slice) const {
    bridge::Documents out;
    out[INTEG_DOC_CONFIG] = connection.config();
    out[INTEG_DOC_SCHEMA] = bridge::document_of(loaded.info.json_schema);
    out[INTEG_DOC_SELECTION] =
        bridge::document_of(protocol::selection_json({}, rfc3339(connection.services().clock.unix_ms())));
    if (!slice.empty()) out[INTEG_DOC_SLICE] = bridge::document_of(slice);
    if (!loaded.info.data.empty()) out[INTEG_DOC_DATA] = bridge::document_of(loaded.info.data);
    return out;
  }

  const plugin::LoadedStream& loaded;
  SelectedStream selected;
  StreamProgress progress;
};

using bridge::Function;

void enter(Connection& connection, StreamCheck& check, bridge::Phase phase, Function function, Targets targets,
           const std::string& slice) {
  targets.progress = &check.progress;
  RunBackend backend(connection, std::move(targets));
  bridge::Context context(phase, backend, check.documents(connection, slice), &check.loaded.descriptor);
  context.conclude(connection.entries().enter({function, connection.connector(), &check.loaded}, context));
}

void check_stream(Connection& connection, const plugin::LoadedStream& stream) {
  StreamCheck check(stream);
  if (stream.runner.check != nullptr) {
    enter(connection, check, bridge::Phase::check, Function::check, {}, {});
    return;
  }
  std::string slice;
  if (stream.runner.slices != nullptr) {
    std::vector<Slice> slices;
    Targets targets;
    targets.slices = &slices;
    enter(connection, check, bridge::Phase::slices, Function::slices, std::move(targets), {});
    if (slices.empty()) return;
    slice = slices.front().json;
  }
  enter(connection, check, bridge::Phase::run, Function::run, {}, slice);
}

void check_interleaved(Connection& connection) {
  const plugin::LoadedConnector& connector = connection.connector();
  StreamCheck check(*connector.streams.front());
  Targets inner;
  inner.progress = &check.progress;
  RunBackend inner_backend(connection, std::move(inner));
  bridge::Context inner_context(bridge::Phase::run, inner_backend, check.documents(connection, {}),
                                &check.loaded.descriptor);
  Targets targets;
  targets.open_stream = [&](std::string_view name) -> bridge::Context* {
    return name == check.loaded.info.name ? &inner_context : nullptr;
  };
  RunBackend backend(connection, std::move(targets));
  bridge::Documents documents;
  documents[INTEG_DOC_CONFIG] = connection.config();
  bridge::Context context(bridge::Phase::run, backend, std::move(documents), nullptr);
  const integ_status status = connection.entries().enter({Function::interleaved, connector}, context);
  context.adopt(inner_context, status);
  context.conclude(status);
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
