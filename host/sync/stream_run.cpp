#include "sync/stream_run.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bridge/entries.hpp"
#include "protocol/events.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

using protocol::Event;

// The stream with its schema cut, where the adapter wants records cut.
SelectedStream announced_stream(const SelectedStream& selected, bool cut_fields) {
  SelectedStream out = selected;
  if (cut_fields && selected.selection.fields) {
    out.stream.json_schema = json::FieldCut(*selected.selection.fields).apply_to_schema(selected.stream.json_schema);
  }
  return out;
}

}  // namespace

StreamRun::StreamRun(Connection& connection, const SelectedStream& selected, const plugin::LoadedStream& loaded,
                     const integ_runner* runner, std::string state, const ReadRequest& request)
    : connection_(connection),
      selected_(announced_stream(selected, request.cut_fields)),
      loaded_(loaded),
      runner_(runner),
      request_(request),
      progress_(selected_, std::move(state), runner != nullptr && runner->slices != nullptr) {
  const Selection& selection = selected.selection;
  if (request.cut_fields && selection.fields) cut_.emplace(*selection.fields);
  if (request.validation.mode != Validation::Mode::off) {
    check_.emplace(loaded.info, loaded.info.json_schema, selection.fields, request.validation, connection.services());
  }
  const std::string started_at = rfc3339(connection.services().clock.unix_ms());
  shared_documents_[INTEG_DOC_CONFIG] = connection.config();
  // The schema cut to the selected fields, also where records are not: a connector builds its `fields`
  // parameter from it.
  std::string schema = loaded.info.json_schema;
  if (selection.fields) schema = json::FieldCut(*selection.fields).apply_to_schema(schema);
  shared_documents_[INTEG_DOC_SCHEMA] = bridge::document_of(std::move(schema));
  shared_documents_[INTEG_DOC_SELECTION] = bridge::document_of(protocol::selection_json(selection, started_at));
  if (!loaded.info.data.empty()) shared_documents_[INTEG_DOC_DATA] = bridge::document_of(loaded.info.data);
}

bridge::Documents StreamRun::documents(const std::string& state, const std::string& slice) const {
  bridge::Documents out = shared_documents_;
  out[INTEG_DOC_STATE] = bridge::document_of(state);
  if (!slice.empty()) out[INTEG_DOC_SLICE] = bridge::document_of(slice);
  return out;
}

Targets StreamRun::targets(Output& output, std::string slice) {
  Targets out;
  out.progress = &progress_;
  out.slice = std::move(slice);
  out.output = &output;
  out.cut = cut_ ? &*cut_ : nullptr;
  out.limit = request_.limit;
  out.check = check_ ? &*check_ : nullptr;
  return out;
}

void StreamRun::guarded(const std::function<void()>& body, const std::string& slice) {
  const Where here{.file = {}, .pipeline = {}, .stream = progress_.stream().name, .slice = slice, .request = {}};
  try {
    body();
  } catch (Error& error) {
    progress_.fail(error.at(here));
  } catch (const std::exception& error) {
    progress_.fail(Error(Kind::internal, error.what()).at(here));
  }
}

void StreamRun::begin(Output& output) {
  if (progress_.started.exchange(true)) return;
  began_ = connection_.services().clock.steady();
  output.push_event(Event::stream_status, protocol::stream_status_json(progress_.stream(), "STARTED",
                                                                       connection_.services().clock.unix_ms()));
  if (const std::vector<std::string> passed_over = progress_.passed_over(); !passed_over.empty()) {
    connection_.services().log.warn(progress_.stream().name,
                                    "the state of a stream in slices has shared and slices; nothing is gone on from " +
                                        sanitised(listed(passed_over), 200));
  }
}

void StreamRun::start(Prefetch::Room& room, Output& output) {
  room.pool.add(0, [this, &room, &output] {
    if (connection_.services().cancellation.cancelled()) return;
    begin(output);
    if (runner_->slices == nullptr) {
      guarded([&] { run_part(room, output, nullptr); }, {});
      end(output);
      return;
    }
    guarded([&] { slices_ = ask_for_slices(output); }, {});
    if (progress_.error() || slices_.empty()) {
      end(output);
      return;
    }
    parts_left_ = slices_.size();
    for (const Slice& slice : slices_) {
      room.pool.add(slice.weight, [this, &room, &output, &slice] {
        guarded([&] { run_part(room, output, &slice); }, slice.key);
        if (parts_left_.fetch_sub(1) > 1) return;
        if (!progress_.error()) guarded([&] { finish(output); }, {});
        end(output);
      });
    }
  });
}

integ_status StreamRun::enter(bridge::Function function, bridge::Context& context) {
  return connection_.entries().enter({function, connection_.connector(), &loaded_}, context);
}

void StreamRun::run_part(Prefetch::Room& room, Output& output, const Slice* slice) {
  connection_.services().cancellation.throw_if_cancelled();
  const std::string key = slice == nullptr ? std::string() : slice->key;
  Targets where = targets(output, key);
  where.ahead = &room;
  RunBackend backend(connection_, std::move(where));
  const std::string state = slice == nullptr ? progress_.shared_state() : progress_.slice_state(key);
  bridge::Context context(bridge::Phase::run, backend, documents(state, slice == nullptr ? "" : slice->json),
                          &loaded_.descriptor);
  context.conclude(enter(bridge::Function::run, context));
  if (context.warning()) connection_.services().log.warn(progress_.stream().name, *context.warning());
}

std::vector<Slice> StreamRun::ask_for_slices(Output& output) {
  std::vector<Slice> found;
  Targets where = targets(output, {});
  where.slices = &found;
  RunBackend backend(connection_, std::move(where));
  bridge::Context context(bridge::Phase::slices, backend, documents(progress_.shared_state(), {}), &loaded_.descriptor);
  context.conclude(enter(bridge::Function::slices, context));
  if (context.warning()) connection_.services().log.warn(progress_.stream().name, *context.warning());
  std::vector<std::string> keys;
  keys.reserve(found.size());
  for (const Slice& slice : found) keys.push_back(slice.key);
  progress_.keep_slices(keys);
  return found;
}

void StreamRun::finish(Output& output) {
  if (runner_->finish == nullptr) return;
  // Records that were cut off by a limit are not covered by any state.
  if (request_.limit > 0 && progress_.claimed.load() >= request_.limit) return;
  std::string folded;
  Targets where = targets(output, {});
  where.folded_state = &folded;
  RunBackend backend(connection_, std::move(where));
  bridge::Documents all = documents(progress_.shared_state(), {});
  all[INTEG_DOC_SLICES] = bridge::document_of(progress_.slice_states());
  bridge::Context context(bridge::Phase::finish, backend, std::move(all), &loaded_.descriptor);
  context.conclude(enter(bridge::Function::finish, context));
  if (context.warning()) connection_.services().log.warn(progress_.stream().name, *context.warning());
  if (!folded.empty()) output.push_state(progress_.stream(), progress_.folded(folded));
}

void StreamRun::end(Output& output) {
  if (ended_.exchange(true)) return;
  const Services& services = connection_.services();
  const Stream& stream = progress_.stream();
  if (const std::uint64_t replaced = progress_.replaced_utf8.load(); replaced > 0) {
    services.log.warn(stream.name,
                      with_separators(replaced) + " sequences of bytes that are no UTF-8 were replaced by U+FFFD");
  }
  if (const std::uint64_t without = progress_.without_cursor.load(); without > 0) {
    services.log.warn(stream.name,
                      with_separators(without) + (without == 1 ? " record has" : " records have") +
                          " no value in the field by which the stream goes on: passed on all the same, and "
                          "the bookmark does not move by them");
  }
  if (check_) {
    if (const std::optional<std::string> broken = check_->summary()) services.log.warn(stream.name, *broken);
  }
  std::optional<Error> error = progress_.error();
  if (!error) {
    guarded(
        [&] {
          // A platform closes a stream by its state: one without any keeps what came in.
          if (!progress_.any_state_emitted()) output.push_state(stream, progress_.incoming());
        },
        {});
    error = progress_.error();
  }
  complete_ = !error;
  if (error && error->kind() != Kind::cancelled) {
    output.push_event(Event::error, protocol::error_json(*error, services.secrets.mask(error->what()),
                                                         stream.name_space, services.clock.unix_ms()));
  }
  output.push_event(Event::stream_status,
                    protocol::stream_status_json(stream, error ? "INCOMPLETE" : "COMPLETE", services.clock.unix_ms()),
                    &stream);
  if (request_.on_stream_end) request_.on_stream_end(result());
}

StreamResult StreamRun::result() const {
  StreamResult out;
  out.id = {progress_.stream().name, progress_.stream().name_space};
  out.complete = complete_;
  out.records = progress_.records.load();
  if (progress_.started) {
    out.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(connection_.services().clock.steady() - began_).count();
  }
  if (const std::optional<Error> error = progress_.error(); error && error->kind() != Kind::cancelled)
    out.error = error;
  return out;
}

}  // namespace integ::sync
