#include "sync/stream_glance.hpp"

#include "bridge/entries.hpp"
#include "protocol/events.hpp"
#include "sync/interleaved.hpp"

#include <utility>

namespace integ::sync {

StreamGlance::StreamGlance(Connection& connection, const plugin::LoadedStream& stream, const integ_runner* runner,
                           Sample* sample)
    : connection_(connection),
      stream_(stream),
      runner_(runner),
      sample_(sample),
      selected_{stream.info, {}},
      progress_(selected_, {}) {}

bridge::Documents StreamGlance::documents(const std::string& slice) const {
  bridge::Documents out;
  out[INTEG_DOC_CONFIG] = connection_.config();
  out[INTEG_DOC_SCHEMA] = bridge::document_of(stream_.info.json_schema);
  out[INTEG_DOC_SELECTION] =
      bridge::document_of(protocol::selection_json({}, rfc3339(connection_.services().clock.unix_ms())));
  if (!slice.empty()) out[INTEG_DOC_SLICE] = bridge::document_of(slice);
  if (!stream_.info.data.empty()) out[INTEG_DOC_DATA] = bridge::document_of(stream_.info.data);
  return out;
}

void StreamGlance::enter(bridge::Phase phase, bridge::Function function, Targets targets, const std::string& slice) {
  targets.progress = &progress_;
  RunBackend backend(connection_, std::move(targets));
  bridge::Context context(phase, backend, documents(slice), &stream_.descriptor);
  context.conclude(connection_.entries().enter({function, connection_.connector(), &stream_}, context));
}

void StreamGlance::check() { enter(bridge::Phase::check, bridge::Function::check, {}, {}); }

std::vector<Slice> StreamGlance::slices() {
  std::vector<Slice> out;
  Targets targets;
  targets.slices = &out;
  enter(bridge::Phase::slices, bridge::Function::slices, std::move(targets), {});
  return out;
}

void StreamGlance::run(const Slice* slice) {
  Targets targets;
  targets.sample = sample_;
  enter(bridge::Phase::run, bridge::Function::run, std::move(targets), slice == nullptr ? std::string() : slice->json);
}

void glance_interleaved(Connection& connection, const std::vector<std::unique_ptr<StreamGlance>>& streams) {
  std::vector<FedStream> fed;
  for (const auto& stream : streams) {
    Targets targets;
    targets.progress = &stream->progress_;
    targets.sample = stream->sample_;
    fed.push_back({stream->stream_.info.name, &stream->stream_.descriptor, std::move(targets), stream->documents({})});
  }
  enter_interleaved(connection, std::move(fed));
}

}  // namespace integ::sync
