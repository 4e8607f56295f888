// The listing child as a process: started, read line by line, and gone when the object is.
//
// Its stdout is a pipe, its stderr a memory file (a file never fills up and needs nobody to empty it), its
// stdin empty, its environment without the secrets that a user's may hold. Owned by one thread, which
// must live as long as the child: the child dies with it.
#pragma once

#include "base/files.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace integ::plugin {

class ChildProcess {
 public:
  // Throws Error of kind internal when it can't be started.
  ChildProcess(const std::string& executable, const std::vector<std::string>& arguments);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  // Kills the child, and what it started, if it still runs.
  ~ChildProcess();

  enum class Outcome { line, ended, too_slow, too_long };
  // The next line without its end, or why there is none.
  Outcome read_line(std::string& line, std::chrono::milliseconds limit, std::size_t most);

  // Ends the child and says how it had ended: "crashed with SIGSEGV", "ended the process with status 3".
  std::string how_it_ended();
  int stderr_fd() const noexcept { return errors_.get(); }

 private:
  pid_t pid_ = -1;
  UniqueFd output_;
  UniqueFd errors_;
  std::string buffer_;
  std::size_t searched_ = 0;  // no '\n' in buffer_ before it
};

}  // namespace integ::plugin
