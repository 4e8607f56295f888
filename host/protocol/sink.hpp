// Where an adapter's bytes go: standard output or a file. Buffered (256 KiB), every write checked.
//
//   auto sink = file_sink("out/orders.jsonl", /*append=*/false);
//   sink->write(line);
//   sink->sync();      // from here on the file stands in its place, with these bytes in it
//
// A file is written under a temporary name beside its own and takes its place at the first sync(), so a
// failed start leaves an old file as it was; opened for appending, a torn last line (a run that was killed)
// is cut off first. What is neither a file nor absent (a named pipe, /dev/full) is written as it stands.
//
// A sink belongs to one session and is used on its thread. After a failed write it is broken: it forgets
// what it held, and each further call fails alike. Destroying a sink writes nothing: what was not flushed
// is dropped, what was never synced leaves no file. Errors are of kind output and name the path. The
// process must ignore SIGPIPE, so that a closed pipe is an error rather than its end.
#pragma once

#include "base/error.hpp"
#include "base/files.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace integ::protocol {

class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  // All parts, in order, as one piece: nothing of another sink comes between.
  virtual void write(std::span<const std::string_view> parts) = 0;
  void write(std::string_view part) { write(std::span(&part, 1)); }
  // Hands what is buffered to the operating system.
  virtual void flush() = 0;
  // flush(), and for a file: onto the disk and into its place.
  virtual void sync() = 0;
  // False where only sync() makes bytes safe (a file); true where handing them over is all that can be done.
  virtual bool safe_when_flushed() const noexcept { return true; }
};

// A descriptor that someone else owns (standard output). F_SETPIPE_SZ 1 MiB where it is a pipe.
std::unique_ptr<Sink> fd_sink(int fd, std::string name);
// The folder must exist. The last component may be a symbolic link, which stays one.
std::unique_ptr<Sink> file_sink(const std::string& path, bool append);

// True for the Error of a write whose reader has gone: the run ends quietly, there is nobody to tell.
bool is_closed_pipe(const Error& error) noexcept;

// Opens further sinks for a session; relative paths are relative to the pipeline's file.
class Sinks {
 public:
  Sinks() = default;
  Sinks(const Sinks&) = delete;
  Sinks& operator=(const Sinks&) = delete;
  virtual ~Sinks() = default;
  virtual std::unique_ptr<Sink> open(const std::string& path, bool append) = 0;
  // Throws now what open() would throw later (no such folder, no permission); leaves no trace.
  virtual void check(const std::string& path) { static_cast<void>(path); }
};

// File sinks, relative to `folder` ("" the working directory).
std::unique_ptr<Sinks> file_sinks(std::string folder);

}  // namespace integ::protocol
