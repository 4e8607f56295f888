#include "plugin/spawn.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace integ::plugin {
namespace {

// What loading a library needs, and what sanitizers are told. A plug-in's static constructors see no tokens.
bool is_harmless(std::string_view variable) {
  constexpr std::array kNames{
      "PATH=", "LANG=", "TZ=", "ASAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS=", "UBSAN_OPTIONS="};
  if (variable.starts_with("LD_") || variable.starts_with("LC_")) return true;
  return std::any_of(kNames.begin(), kNames.end(), [&](const char* name) { return variable.starts_with(name); });
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

}  // namespace

UniqueFd above_standard(int fd) {
  UniqueFd given(fd);
  if (fd > kChildChannel) return given;
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, kChildChannel + 1));
}

pid_t spawn(const std::string& executable, const std::vector<std::string>& arguments, const ChildFds& fds,
            const std::string& purpose) {
  Actions actions;
  ::posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions.value, fds.out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.value, fds.err, STDERR_FILENO);
  if (fds.channel >= 0) ::posix_spawn_file_actions_adddup2(&actions.value, fds.channel, kChildChannel);
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
  pid_t child = -1;
  const int error =
      ::posix_spawn(&child, executable.c_str(), &actions.value, &attributes.value, argv.data(), environment.data());
  if (error != 0) throw Error(Kind::internal, purpose + ": " + executable + ": " + std::strerror(error));
  return child;
}

void kill_group(pid_t child) noexcept {
  ::kill(-child, SIGKILL);
  ::kill(child, SIGKILL);
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return "crashed with " + (name != nullptr ? "SIG" + std::string(name) : std::to_string(WTERMSIG(status)));
  }
  return "ended the process with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace integ::plugin
