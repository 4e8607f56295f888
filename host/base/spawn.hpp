// Programs that the host starts: a plug-in's listing child, a target that records are fed to.
//
// A started program is the leader of a process group of its own, so that a terminal's ^C reaches the host alone and a
// kill reaches grandchildren, too; it has the default for every signal, whatever the host ignores or blocks.
#pragma once

#include "base/files.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace integ {

struct Spawn {
  std::vector<std::string> words;  // the program first; looked for in PATH where it has no slash
  std::string folder;              // working directory; "": the host's own
  // Its descriptors; borrowed, and they have to be out of the way (see above_standard()). stdin -1: /dev/null.
  int in = -1;
  int out = -1;
  int err = -1;
  int channel = -1;                                       // becomes kChildChannel; -1: there is none
  const std::vector<std::string>* environment = nullptr;  // "NAME=value"; nullptr: the host's own
};

inline constexpr int kChildChannel = 3;

// Throws Error of kind internal with errno's text.
pid_t spawn(const Spawn& what);

// Reading and writing end, both close-on-exec and out of the way. Throws Error of kind internal.
std::pair<UniqueFd, UniqueFd> pipe_ends();

// glibc closes the source of no dup2 and keeps close-on-exec when both are the same number, as they are in a process
// that was started without its first three: so descriptors are moved above those that a child gets. Owns `fd`.
UniqueFd above_standard(int fd);

// Ends a program that spawn() started, and what it started.
void kill_group(pid_t pid, int signal_number) noexcept;

// Whether it has ended, or does so in that time; its number and its status stay for wait_for_end().
bool ends_within(pid_t pid, std::chrono::milliseconds time) noexcept;

// Waits until it has ended, and frees its number. Nothing where its status is lost (SIGCHLD is ignored).
std::optional<int> wait_for_end(pid_t pid) noexcept;

// Of a status as waitpid(2) tells it: "crashed with SIGSEGV", "ended with status 3".
std::string how_it_ended(int status);

}  // namespace integ
