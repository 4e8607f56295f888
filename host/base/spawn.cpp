#include "base/spawn.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace integ {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw Error(Kind::internal, what + ": " + std::generic_category().message(error));
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
  Attributes() {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&value);
    ::posix_spawnattr_setsigmask(&value, &none);
    ::posix_spawnattr_setsigdefault(&value, &all);
    ::posix_spawnattr_setpgroup(&value, 0);
    ::posix_spawnattr_setflags(&value, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&value); }
  posix_spawnattr_t value{};
};

// As execv(3) wants them.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

UniqueFd above_standard(int fd) {
  UniqueFd given(fd);
  if (fd > kChildChannel) return given;
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, kChildChannel + 1));
}

std::pair<UniqueFd, UniqueFd> pipe_ends() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe", errno);
  UniqueFd reading = above_standard(ends[0]);
  return {std::move(reading), above_standard(ends[1])};
}

pid_t spawn(const Spawn& what) {
  Actions actions;
  if (what.in < 0) {
    ::posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  } else {
    ::posix_spawn_file_actions_adddup2(&actions.value, what.in, STDIN_FILENO);
  }
  ::posix_spawn_file_actions_adddup2(&actions.value, what.out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.value, what.err, STDERR_FILENO);
  if (what.channel >= 0) ::posix_spawn_file_actions_adddup2(&actions.value, what.channel, kChildChannel);
  if (!what.folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions.value, what.folder.c_str());
  const Attributes attributes;
  std::vector<std::string> words = what.words;
  std::vector<std::string> environment;
  if (what.environment != nullptr) environment = *what.environment;
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> given = pointers(environment);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, words.front().c_str(), &actions.value, &attributes.value, argv.data(),
                                   what.environment != nullptr ? given.data() : environ);
  if (error != 0) fail(words.front(), error);
  return pid;
}

void kill_group(pid_t pid, int signal_number) noexcept {
  ::kill(-pid, signal_number);
  ::kill(pid, signal_number);  // in the moment before it has its group
}

bool ends_within(pid_t pid, std::chrono::milliseconds time) noexcept {
  const auto until = std::chrono::steady_clock::now() + time;
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return true;  // is no child
    if (info.si_pid == pid) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{.fd = process.get(), .events = POLLIN, .revents = 0};
    // Without such a descriptor (a kernel before 5.3, a container that forbids it) it is looked for again and again.
    ::poll(&waiting, process ? 1 : 0, static_cast<int>(process ? left : std::min<long long>(left, 10)));
  }
}

std::optional<int> wait_for_end(pid_t pid) noexcept {
  int status = 0;
  pid_t done = 0;
  while ((done = ::waitpid(pid, &status, 0)) < 0 && errno == EINTR) {
  }
  return done < 0 ? std::nullopt : std::optional(status);
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return "crashed with " + (name != nullptr ? "SIG" + std::string(name) : std::to_string(WTERMSIG(status)));
  }
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace integ
