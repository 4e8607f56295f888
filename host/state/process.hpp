// Which process holds a lease, told so that a reused process id is not taken for it.
#pragma once

#include <cstdint>
#include <string>

namespace integ::state {

struct Process {
  std::string host;  // as the kernel names it
  std::string boot;  // the kernel's id of this boot; "" unknown
  std::int64_t pid = 0;
  std::int64_t started = 0;  // in clock ticks after the boot (/proc/PID/stat, field 22); 0 unknown
};

Process this_process();
// False only when it is certain that the process is gone: it ran on this host, and before the last boot, or
// its id is free or someone else's. Another host's processes can't be seen.
bool may_be_alive(const Process& process);

}  // namespace integ::state
