// The output of a session of a line protocol: the sink it was given, or the file that its `path` option
// names, and which tickets are safe in it.
//
// A file is tried when the session opens (so that a wrong path fails before the first request) and opened
// at the first write, when all streams have been announced: if any of them goes on from a stored state
// it is appended to, else replaced. Nothing written and no success: an old file stays as it was.
#pragma once

#include "protocol/adapter.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace integ::protocol {

class Output {
 public:
  // By the options' `path`. Throws Error of kind output for a path that can't be written.
  explicit Output(const SessionContext& context, const FileShape& shape = {});
  Output(Sinks& sinks, std::string path, const FileShape& shape = {});

  void announce(const Selection& selection) { append_ = append_ || selection.resumes; }
  // For writing: opens the file at the first call.
  Sink& sink();
  void write(std::span<const std::string_view> parts) { sink().write(parts); }
  void write(std::string_view part) { sink().write(part); }

  bool used() const noexcept { return used_; }
  bool safe_when_flushed() const { return open_ == nullptr || open_->safe_when_flushed(); }
  // These two do nothing as long as nothing was written.
  void flush();
  void sync();
  // The last call. Only success puts a file into place into which nothing was written.
  void finish(integ_status how_it_ended);

 private:
  void check_place();

  Sinks* sinks_ = nullptr;
  std::string path_;  // empty: a given sink
  FileShape shape_;
  bool append_ = false;
  bool used_ = false;
  Sink* open_ = nullptr;
  std::unique_ptr<Sink> own_;
};

// Which tickets are safe. A pipe is asked for nothing but the bytes; a file is synced, at `ask` at most
// once a second (an fsync a page would be the slowest part of a run), at `now` always.
class Tickets {
 public:
  explicit Tickets(const SessionContext& context) : on_state_(context.on_state) {}
  // Before the state is written, which may be the last thing that its reader waits for.
  void write(std::uint64_t ticket) {
    written_ = ticket;
    if (on_state_) on_state_(ticket);
  }
  std::uint64_t flush(Flush how, std::span<Output* const> outputs);

 private:
  std::function<void(std::uint64_t)> on_state_;
  std::uint64_t written_ = 0;
  std::uint64_t safe_ = 0;
  std::chrono::steady_clock::time_point next_sync_{};
};

// {"type":"object","properties":{"path":{...}}} with further `properties` (JSON members, or "").
std::string path_options_schema(std::string_view further_properties);

}  // namespace integ::protocol
