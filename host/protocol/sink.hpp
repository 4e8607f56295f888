// Where an adapter's bytes go: standard output or a file. Buffered (256 KiB), every write checked.
//
// A file is written under a temporary name and takes its place at the first sync(), so a failed start
// leaves an old file as it was; opened for appending, a torn last line (a run that was killed) is cut off
// first. A sink belongs to one session and is used on its thread. Errors are of kind output and name the
// path; a closed pipe is one of them.
#pragma once

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
  virtual ~Sink() = default;
  // All parts, in order, as one piece: nothing of another sink comes between.
  virtual void write(std::span<const std::string_view> parts) = 0;
  void write(std::string_view part) { write(std::span(&part, 1)); }
  // Hands what is buffered to the operating system.
  virtual void flush() = 0;
  // flush(), and for a file: onto the disk and into its place.
  virtual void sync() = 0;
};

// A descriptor that someone else owns (standard output). F_SETPIPE_SZ 1 MiB where it is a pipe.
std::unique_ptr<Sink> fd_sink(int fd, std::string name);
std::unique_ptr<Sink> file_sink(const std::string& path, bool append);

// Opens further sinks for a session; relative paths are relative to the pipeline's file.
class Sinks {
 public:
  virtual ~Sinks() = default;
  virtual std::unique_ptr<Sink> open(const std::string& path, bool append) = 0;
};

}  // namespace integ::protocol
