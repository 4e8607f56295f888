// This program as a child of its own: how the listing child and a connector's worker are started, and how they ended.
#pragma once

#include "base/files.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace integ::plugin {

// What the child has open beside an empty standard input; descriptors of the parent's, which keeps them.
struct ChildFds {
  int out = -1;      // its standard output
  int err = -1;      // its standard error
  int channel = -1;  // its descriptor kChildChannel, or -1 for none
};
inline constexpr int kChildChannel = 3;

// Starts `executable` in a process group of its own, so that a terminal's ^C reaches the parent alone and a kill
// reaches grandchildren; with the default for every signal, and an environment without the secrets that a user's may
// hold. The descriptors lie above the standard ones (above_standard()). `purpose` begins the message of the
// Error of kind internal that is thrown where it can't be started: "plug-ins can't be listed".
pid_t spawn(const std::string& executable, const std::vector<std::string>& arguments, const ChildFds& fds,
            const std::string& purpose);

// The descriptor, or a copy in its place where it is one of the first four: glibc keeps close-on-exec when a
// descriptor is to be itself in the child, as it may be for a process that was started without its first three.
UniqueFd above_standard(int fd);

// Both signals, to the group and to the child in the moment before it has its group.
void kill_group(pid_t child) noexcept;

// A status of waitpid in words that follow "it": "crashed with SIGSEGV", "ended the process with status 3".
std::string how_it_ended(int status);

}  // namespace integ::plugin
