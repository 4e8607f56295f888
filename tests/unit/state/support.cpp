#include "support.hpp"

#include <csignal>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace integ::state::test {

Child::Child(const std::function<void(int)>& body) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(ends[0]);
    int code = 0;
    try {
      body(ends[1]);
    } catch (const std::exception& error) {
      say(ends[1], error.what());
      code = 1;
    }
    ::_exit(code);
  }
  ::close(ends[1]);
  read_ = ends[0];
}

Child::~Child() {
  kill();
  ::close(read_);
}

std::string Child::line() {
  std::string out;
  char c = 0;
  while (::read(read_, &c, 1) == 1 && c != '\n') out += c;
  return out;
}

void Child::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

int Child::wait() {
  int status = 0;
  if (pid_ > 0) ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void say(int fd, const std::string& line) {
  const std::string text = line + "\n";
  if (::write(fd, text.data(), text.size()) < 0) ::_exit(2);
}

}  // namespace integ::state::test
