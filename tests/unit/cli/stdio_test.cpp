// Standard output kept for the protocol: what else is printed becomes a log line.
#include "cli/stdio.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace integ::cli {
namespace {

class Lines final : public LogWriter {
 public:
  void write(const LogLine& line) override { lines.push_back(line.message); }
  std::vector<std::string> lines;
};

// Has fd 1 lead into a pipe for a while.
class Redirected {
 public:
  Redirected() {
    std::fflush(stdout);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    reading_ = UniqueFd(ends[0]);
    const UniqueFd writing(ends[1]);
    before_ = UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 20));
    ::dup2(writing.get(), STDOUT_FILENO);
  }
  // Puts it back; what was written into the pipe.
  std::string end() {
    std::fflush(stdout);
    ::dup2(before_.get(), STDOUT_FILENO);
    std::string text;
    std::array<char, 4096> chunk{};
    for (ssize_t n = 0; (n = ::read(reading_.get(), chunk.data(), chunk.size())) > 0;) {
      text.append(chunk.data(), static_cast<std::size_t>(n));
    }
    return text;
  }

 private:
  UniqueFd reading_, before_;
};

void say(const char* text) { ASSERT_EQ(::write(STDOUT_FILENO, text, std::char_traits<char>::length(text)) > 0, true); }

TEST(ProtocolStdout, KeepsStraysOutOfTheProtocol) {
  Secrets secrets;
  secrets.add("hunter2");
  Lines kept;
  Log log(secrets, kept);
  Redirected redirected;
  {
    const ProtocolStdout out(log, "connector shop");
    write_all(out.fd(), "{\"type\":\"RECORD\"}\n", 18, "out");
    say("debug: half a ");
    say("line\nthe password is hunter2\n");
    std::printf("buffered by stdio\n");
    write_all(out.fd(), "{}\n", 3, "out");
    say("no newline at the end");
  }
  std::printf("after it\n");
  EXPECT_EQ(redirected.end(), "{\"type\":\"RECORD\"}\n{}\nafter it\n");
  const std::string who = "connector shop printed to standard output: ";
  std::vector<std::string> lines = kept.lines;
  ASSERT_EQ(lines.size(), 3U) << "the last two without a newline between them are one";
  EXPECT_EQ(lines[0], who + "debug: half a line");
  EXPECT_EQ(lines[1], who + "the password is ***");
  EXPECT_EQ(lines[2], who + "no newline at the endbuffered by stdio");
}

TEST(ProtocolStdout, ALineThatNeverEndsIsCut) {
  Secrets secrets;
  Lines kept;
  Log log(secrets, kept);
  Redirected redirected;
  {
    const ProtocolStdout out(log, "a plug-in");
    const std::string text(20'000, 'x');
    write_all(STDOUT_FILENO, text.data(), text.size(), "stray");
  }
  EXPECT_EQ(redirected.end(), "");
  EXPECT_GE(kept.lines.size(), 2U);
  std::size_t all = 0;
  for (const std::string& line : kept.lines) all += static_cast<std::size_t>(std::count(line.begin(), line.end(), 'x'));
  EXPECT_EQ(all, 20'000U);
}

TEST(ProtocolStdout, CanBeMadeAgain) {
  Secrets secrets;
  Lines kept;
  Log log(secrets, kept);
  Redirected redirected;
  for (int i = 0; i < 3; ++i) {
    const ProtocolStdout out(log, "x");
    write_all(out.fd(), "p", 1, "out");
    say("s\n");
  }
  EXPECT_EQ(redirected.end(), "ppp");
  EXPECT_EQ(kept.lines.size(), 3U);
}

}  // namespace
}  // namespace integ::cli
