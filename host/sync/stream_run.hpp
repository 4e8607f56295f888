// One selected stream on its way from STARTED to COMPLETE or INCOMPLETE: enters the connector for its
// slices, its run and its finish, in the tasks of a pool.
#pragma once

#include "base/clock.hpp"
#include "bridge/context.hpp"
#include "bridge/entries.hpp"
#include "json/text.hpp"
#include "sync/prefetch.hpp"
#include "sync/read.hpp"
#include "sync/record_check.hpp"
#include "sync/run_backend.hpp"
#include "sync/stream_progress.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace integ::sync {

class StreamRun {
 public:
  // `runner` is nullptr for a stream that an interleaved run feeds. Borrows all of it.
  StreamRun(Connection& connection, const SelectedStream& selected, const plugin::LoadedStream& loaded,
            const integ_runner* runner, std::string state, const ReadRequest& request);
  StreamRun(const StreamRun&) = delete;
  StreamRun& operator=(const StreamRun&) = delete;

  StreamProgress& progress() noexcept { return progress_; }
  const StreamProgress& progress() const noexcept { return progress_; }
  bool has_runner() const noexcept { return runner_ != nullptr; }
  // The stream as the output is told of it: with its schema cut to the selected fields, if asked for.
  const Stream& announced() const noexcept { return selected_.stream; }

  // Runs the stream in tasks of the room's pool, to its end.
  void start(Prefetch::Room& room, Output& output);

  // For interleaved runs, which enter the connector once for many streams.
  void begin(Output& output);
  void end(Output& output);
  Targets targets(Output& output, std::string slice);
  bridge::Documents documents(const std::string& state, const std::string& slice) const;
  const plugin::LoadedStream& loaded() const noexcept { return loaded_; }

  StreamResult result() const;

 private:
  integ_status enter(bridge::Function function, bridge::Context& context);
  void run_part(Prefetch::Room& room, Output& output, const Slice* slice);
  std::vector<Slice> ask_for_slices(Output& output);
  void finish(Output& output);
  // Runs `body`; what it throws becomes the stream's error.
  void guarded(const std::function<void()>& body, const std::string& slice);

  Connection& connection_;
  SelectedStream selected_;
  const plugin::LoadedStream& loaded_;
  const integ_runner* runner_;
  const ReadRequest& request_;
  StreamProgress progress_;
  std::optional<json::FieldCut> cut_;
  std::optional<RecordCheck> check_;
  bridge::Documents shared_documents_;
  std::vector<Slice> slices_;
  Steady::time_point began_{};
  std::atomic<std::size_t> parts_left_{0};
  std::atomic<bool> ended_{false};
  std::atomic<bool> complete_{false};
};

}  // namespace integ::sync
