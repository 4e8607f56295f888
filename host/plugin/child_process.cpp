#include "plugin/child_process.hpp"

#include "base/error.hpp"
#include "base/spawn.hpp"
#include "plugin/environment.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace integ::plugin {

ChildProcess::ChildProcess(const std::string& executable, const std::vector<std::string>& arguments) {
  int errors = ::memfd_create("integ-plugin-stderr", MFD_CLOEXEC);
  if (errors < 0) errors = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  errors_ = above_standard(errors);
  const std::vector<std::string> environment = harmless_environment();
  try {
    auto [output, input] = pipe_ends();
    output_ = std::move(output);
    Spawn child;
    child.words = arguments;
    child.words.insert(child.words.begin(), executable);
    child.out = input.get();
    child.err = errors_.get();
    child.environment = &environment;
    pid_ = spawn(child);
  } catch (const Error& error) {
    throw Error(Kind::internal, "plug-ins can't be listed: " + error.message());
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill_group(pid_, SIGKILL);
  static_cast<void>(wait_for_end(pid_));
}

ChildProcess::Outcome ChildProcess::read_line(std::string& line, std::chrono::milliseconds limit, std::size_t most) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      line.assign(buffer_, 0, end);
      buffer_.erase(0, end + 1);
      searched_ = 0;
      return Outcome::line;
    }
    searched_ = buffer_.size();
    if (buffer_.size() > most) return Outcome::too_long;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Outcome::too_slow;
    pollfd wait{output_.get(), POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::min<long long>(left.count(), 60'000)));
    if (ready <= 0) continue;  // the time is looked at again; EINTR likewise
    std::array<char, 65536> piece{};
    const ssize_t got = ::read(output_.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Outcome::ended;
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
  }
}

std::string ChildProcess::how_it_ended() {
  // The pipe's end comes when the process ends, or (rarely) when it closed all its descriptors: then a
  // second is enough to tell whether it is on its way out.
  int status = 0;
  pid_t done = 0;
  for (int turn = 0; turn < 100; ++turn) {
    done = ::waitpid(pid_, &status, WNOHANG);
    if (done != 0 && !(done < 0 && errno == EINTR)) break;
    done = 0;
    ::poll(nullptr, 0, 10);
  }
  if (done == 0) return "closed its channel and went on";
  pid_ = -1;
  if (done < 0) return "ended in an unknown way";  // SIGCHLD is ignored, and the status lost
  if (WIFEXITED(status)) return "ended the process with status " + std::to_string(WEXITSTATUS(status));
  return integ::how_it_ended(status);
}

}  // namespace integ::plugin
