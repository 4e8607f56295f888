#include "plugin/child_process.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace integ::plugin {
namespace {

// What loading a library needs, and what sanitizers are told. Static constructors of a plug-in that is
// only listed see no tokens.
bool is_harmless(std::string_view variable) {
  constexpr std::array kNames{
      "PATH=", "LANG=", "TZ=", "ASAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS=", "UBSAN_OPTIONS="};
  if (variable.starts_with("LD_") || variable.starts_with("LC_")) return true;
  return std::any_of(kNames.begin(), kNames.end(), [&](const char* name) { return variable.starts_with(name); });
}

[[noreturn]] void not_started(const std::string& what, int error) {
  throw Error(Kind::internal, "plug-ins can't be listed: " + what + ": " + std::strerror(error));
}

// Frees what the C interface of posix_spawn holds.
struct Actions {
  Actions() { ::posix_spawn_file_actions_init(&value); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() { ::posix_spawn_file_actions_destroy(&value); }
  posix_spawn_file_actions_t value{};
};

struct Attributes {
  Attributes() { ::posix_spawnattr_init(&value); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&value); }
  posix_spawnattr_t value{};
};

// A group of its own, so that a terminal's ^C reaches the parent alone and a kill reaches grandchildren;
// the default for every signal, whatever the parent ignores or blocks.
void set_attributes(Attributes& attributes) {
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes.value, &none);
  ::posix_spawnattr_setsigdefault(&attributes.value, &all);
  ::posix_spawnattr_setpgroup(&attributes.value, 0);
  ::posix_spawnattr_setflags(&attributes.value, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

// glibc closes the source of no dup2 and keeps close-on-exec when both are the same number, as they are in a
// process that was started without its first three: so both ends are moved out of the way.
UniqueFd above_standard(int fd) {
  UniqueFd given(fd);
  if (fd > STDERR_FILENO) return given;
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

}  // namespace

ChildProcess::ChildProcess(const std::string& executable, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) not_started("pipe", errno);
  output_ = above_standard(ends[0]);
  const UniqueFd input = above_standard(ends[1]);
  int errors = ::memfd_create("integ-plugin-stderr", MFD_CLOEXEC);
  if (errors < 0) errors = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  errors_ = above_standard(errors);

  Actions actions;
  ::posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions.value, input.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.value, errors_.get(), STDERR_FILENO);
  Attributes attributes;
  set_attributes(attributes);

  std::vector<std::string> words = arguments;
  words.insert(words.begin(), executable);
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    if (is_harmless(*variable)) environment.push_back(*variable);
  }
  environment.push_back(nullptr);
  const int error =
      ::posix_spawn(&pid_, executable.c_str(), &actions.value, &attributes.value, argv.data(), environment.data());
  if (error != 0) {
    pid_ = -1;
    not_started(executable, error);
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::kill() noexcept {
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // in the moment before it has its group
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
  if (WIFSIGNALED(status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return "crashed with " + (name != nullptr ? "SIG" + std::string(name) : std::to_string(WTERMSIG(status)));
  }
  return "ended the process with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace integ::plugin
