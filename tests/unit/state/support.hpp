// A folder of its own for each test, and children that really die.
#pragma once

#include "support/error_of.hpp"
#include "support/folder.hpp"

#include <functional>
#include <string>
#include <sys/types.h>

namespace integ::state::test {

using Folder = support::TempFolder;
using support::error_of;

// A forked process that talks back through a pipe. Killed and waited for when it is destroyed.
class Child {
 public:
  // `body` gets the descriptor to write to; the child ends with 0 after it, or with 1 when it throws.
  explicit Child(const std::function<void(int)>& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();
  pid_t pid() const noexcept { return pid_; }
  // The next line that the child wrote; "" when it has ended.
  std::string line();
  // SIGKILL, and until it is gone.
  void kill();
  // Waits for its end: its exit code, or -1 when a signal ended it.
  int wait();

 private:
  pid_t pid_ = -1;
  int read_ = -1;
};

void say(int fd, const std::string& line);

}  // namespace integ::state::test
