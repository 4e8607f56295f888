// A stream's functions entered without an output: to see whether it can be read, or what its first records are. It
// reads nothing but the configuration and the stream itself, no state, and moves none.
#pragma once

#include "bridge/context.hpp"
#include "bridge/entries.hpp"
#include "sync/connection.hpp"
#include "sync/run_backend.hpp"
#include "sync/stream_progress.hpp"

#include <memory>
#include <string>
#include <vector>

namespace integ::sync {

class StreamGlance {
 public:
  // `runner` is nullptr for a stream that an interleaved run feeds. With `sample` its pages go there until that has
  // enough; without, a run is stopped at its first good page. Borrows all of it.
  StreamGlance(Connection& connection, const plugin::LoadedStream& stream, const integ_runner* runner,
               Sample* sample = nullptr);
  StreamGlance(const StreamGlance&) = delete;
  StreamGlance& operator=(const StreamGlance&) = delete;

  const integ_runner* runner() const noexcept { return runner_; }
  const plugin::LoadedStream& stream() const noexcept { return stream_; }

  // Each throws what went wrong.
  void check();                  // the runner's own check, which is there
  std::vector<Slice> slices();   // where the runner has them
  void run(const Slice* slice);  // one of them, or nullptr without slices

 private:
  friend void glance_interleaved(Connection& connection, const std::vector<std::unique_ptr<StreamGlance>>& streams);

  void enter(bridge::Phase phase, bridge::Function function, Targets targets, const std::string& slice);
  bridge::Documents documents(const std::string& slice) const;

  Connection& connection_;
  const plugin::LoadedStream& stream_;
  const integ_runner* runner_;
  Sample* sample_;
  SelectedStream selected_;
  StreamProgress progress_;
};

// The connector's interleaved run, with these streams to be opened in it.
void glance_interleaved(Connection& connection, const std::vector<std::unique_ptr<StreamGlance>>& streams);

}  // namespace integ::sync
