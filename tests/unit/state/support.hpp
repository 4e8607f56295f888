// A folder of its own for each test, and children that really die.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>

namespace integ::state::test {

// Gone with all that is in it when the test ends.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

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

// The error that `action` throws; the test fails when there is none.
Error error_of(const std::function<void()>& action);

}  // namespace integ::state::test
