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
// process must ignore SIGPIPE, so that a closed pipe is an error rather than its end. A reader that takes nothing is
// waited for until the run is cancelled and the `grace` after it is over (base/grace.hpp).
#pragma once

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/grace.hpp"

#include <cstddef>
#include <cstdint>
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
  // How large the file is that it writes, with what it had before and what is still buffered; 0 where there is none.
  virtual std::uint64_t file_bytes() const noexcept { return 0; }
};

// How a file is written beside its bytes.
struct FileShape {
  enum class Compression { none, gzip, zstd };
  Compression compression = Compression::none;
  std::uint64_t rotate_bytes = 0;  // a new part of the file after so many of its bytes; 0: one file
  bool plain() const noexcept { return compression == Compression::none && rotate_bytes == 0; }
};

// A descriptor that someone else owns (standard output). F_SETPIPE_SZ 1 MiB where it is a pipe.
std::unique_ptr<Sink> fd_sink(int fd, std::string name, const Grace& grace = {});
// The folder must exist. The last component may be a symbolic link, which stays one. Appended to, a compressed file
// loses what follows its last whole member (gzip) or frame (zstd): each sync() ends one.
std::unique_ptr<Sink> file_sink(const std::string& path, bool append,
                                FileShape::Compression compression = FileShape::Compression::none,
                                const Grace& grace = {});
// Parts orders.00001.jsonl, orders.00002.jsonl for orders.jsonl, each a file_sink() that ends with a whole write().
// Appended to, the last part goes on; else the first sync() takes the parts of an earlier run away.
std::unique_ptr<Sink> rotating_sink(const std::string& path, bool append, const FileShape& shape);
// "out/orders.", with which the paths of all parts begin.
std::string parts_beginning(const std::string& path);
// "out/orders.00002.jsonl.gz" of "out/orders.jsonl.gz" and 2.
std::string part_path(const std::string& path, unsigned number);

// True for the Error of a write whose reader has gone: the run ends quietly, there is nobody to tell.
bool is_closed_pipe(const Error& error) noexcept;

// Opens further sinks for a session; relative paths are relative to the pipeline's file.
class Sinks {
 public:
  Sinks() = default;
  Sinks(const Sinks&) = delete;
  Sinks& operator=(const Sinks&) = delete;
  virtual ~Sinks() = default;
  virtual std::unique_ptr<Sink> open(const std::string& path, bool append, const FileShape& shape) = 0;
  std::unique_ptr<Sink> open(const std::string& path, bool append) { return open(path, append, {}); }
  // Throws now what open() would throw later (no such folder, no permission); leaves no trace.
  virtual void check(const std::string& path) { static_cast<void>(path); }
  // Takes away what killed runs have left half written of the files whose paths begin so.
  virtual void tidy(const std::string& beginning) { static_cast<void>(beginning); }
};

// File sinks, relative to `folder` ("" the working directory).
std::unique_ptr<Sinks> file_sinks(std::string folder, const Grace& grace = {});

}  // namespace integ::protocol
