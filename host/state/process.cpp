#include "state/process.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

#include <array>
#include <cstdlib>
#include <sstream>
#include <unistd.h>

namespace integ::state {
namespace {

std::string read_or_empty(const std::string& path) {
  try {
    return read_file(path);
  } catch (const Error&) {
    return {};
  }
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

// Field 22 of /proc/PID/stat. The second field, the program's name in parentheses, may itself hold spaces
// and parentheses, so counting begins behind the last one. 0 when there is no such process, or it is a zombie.
std::int64_t start_of(std::int64_t pid) {
  const std::string stat = read_or_empty("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  fields >> field;  // the state, field 3
  if (field == "Z" || field == "X") return 0;
  for (int number = 4; number <= 22; ++number) fields >> field;
  return std::strtoll(field.c_str(), nullptr, 10);
}

}  // namespace

Process this_process() {
  const std::int64_t pid = ::getpid();
  return {.host = host_name(),
          .boot = std::string(trimmed(read_or_empty("/proc/sys/kernel/random/boot_id"))),
          .pid = pid,
          .started = start_of(pid)};
}

bool may_be_alive(const Process& process) {
  const Process mine = this_process();
  if (process.host != mine.host) return true;
  if (!process.boot.empty() && !mine.boot.empty() && process.boot != mine.boot) return false;
  const std::int64_t started = start_of(process.pid);
  if (started == 0) return false;
  return process.started == 0 || started == process.started;
}

}  // namespace integ::state
