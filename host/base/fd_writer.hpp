// Bytes into a descriptor that someone else owns, without a wait that nobody can end.
//
//   FdWriter writer(fd, grace);
//   const std::string why = writer.write(data, size);   // "" when all of it is out
//
// A write to a pipe that is full lasts until its reader reads. So it is written without waiting, and waited for apart:
// endlessly, until the run is cancelled; from then on as long as the reader takes something within the grace. The
// descriptor's own flags stay as they are, since other programs have it, too: a pipe is opened anew. Where that can't
// be done (it is another user's), it is written in pieces that always fit once it says that it has room. Used by one
// thread.
#pragma once

#include "base/files.hpp"
#include "base/grace.hpp"

#include <cstddef>
#include <string>
#include <sys/types.h>

namespace integ {

class FdWriter {
 public:
  explicit FdWriter(int fd, const Grace& grace = {});
  // "", or why it stopped: the text of errno, or that nothing was taken.
  std::string write(const char* data, std::size_t size);

 private:
  enum class How {
    plain,    // never waits for long, or may: a file, a device
    anew,     // own_, which does not wait
    message,  // a socket
    pieces,
  };
  ssize_t write_some(const char* data, std::size_t size) const;
  bool has_room(int within_ms) const;

  int fd_;
  UniqueFd own_;
  How how_ = How::plain;
  Stall stall_;
};

}  // namespace integ
