#include "cli/stdio.hpp"

#include "base/error.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace integ::cli {

ProtocolStdout::ProtocolStdout(Log& log, std::string who) : log_(log), who_(std::move(who)) {
  real_ = UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10));
  std::array<int, 2> ends{};
  if (!real_ || ::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(Kind::output, "standard output is closed");
  strays_ = UniqueFd(ends[0]);
  const UniqueFd writing(ends[1]);
  std::fflush(stdout);
  ::dup2(writing.get(), STDOUT_FILENO);
  reader_ = std::thread([this] { read_strays(); });
}

ProtocolStdout::~ProtocolStdout() {
  std::fflush(stdout);
  ::dup2(real_.get(), STDOUT_FILENO);  // closes the last writing end: the reader sees the end
  reader_.join();
}

void ProtocolStdout::read_strays() {
  std::string line;
  std::array<char, 4096> chunk{};
  const auto say = [this](const std::string& text) { log_.warn({}, who_ + " printed to standard output: " + text); };
  for (;;) {
    const ssize_t got = ::read(strays_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (ssize_t i = 0; i < got; ++i) {
      const char c = chunk[static_cast<std::size_t>(i)];
      if (c != '\n') line += c;
      if (c == '\n' || line.size() > 8192) {
        say(line);
        line.clear();
      }
    }
  }
  if (!line.empty()) say(line);
}

}  // namespace integ::cli
