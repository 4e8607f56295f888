// Waits for whoever takes what is written: endless, until the run is cancelled.
#include "protocol/target_process.hpp"
#include "support.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <sstream>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace integ::protocol::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 60s;  // of the test: a hang, never a measure
// More than any pipe or socket of these tests holds.
const std::string& much() {
  static const std::string text(8UL << 20, 'x');
  return text;
}

struct Ends {
  UniqueFd reading, writing;
};

Ends pipe_of_two() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Ends sockets() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw std::runtime_error("socketpair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// No descriptor can be opened while it lives.
struct NoMoreFiles {
  NoMoreFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before); }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;
  rlimit before{};
};

enum class Kind_ { pipe, pipe_not_opened_anew, socket };

class Waits : public ::testing::TestWithParam<Kind_> {
 protected:
  Waits() { ::signal(SIGPIPE, SIG_IGN); }
  std::unique_ptr<Sink> open() {
    std::optional<NoMoreFiles> none;
    if (GetParam() == Kind_::pipe_not_opened_anew) none.emplace();
    return fd_sink(ends.writing.get(), "standard output", {.cancellation = &cancellation, .length = 200ms});
  }
  // Writes and flushes on a thread of its own: the text of the error, or "".
  std::future<std::string> written(Sink& sink) {
    return std::async(std::launch::async, [&sink] {
      try {
        sink.write(much());
        sink.flush();
      } catch (const Error& error) {
        return std::string(error.what());
      }
      return std::string();
    });
  }

  Ends ends = GetParam() == Kind_::socket ? sockets() : pipe_of_two();
  Cancellation cancellation;
};

TEST_P(Waits, AReaderThatTakesNothingIsLeftAfterTheCancellation) {
  const auto sink = open();
  auto outcome = written(*sink);
  std::string first(1, ' ');
  ASSERT_EQ(::read(ends.reading.get(), first.data(), 1), 1);  // it has begun
  cancellation.cancel(CancelReason::terminated);
  ASSERT_EQ(outcome.wait_for(kPatience), std::future_status::ready) << "it hangs";
  EXPECT_EQ(outcome.get(), "cannot write to standard output: nothing was taken for 200 ms after the run was stopped");
  expect_error(Kind::output, "nothing was taken", [&] { sink->write("x"); });
  expect_error(Kind::output, "nothing was taken", [&] { sink->sync(); });
}

TEST_P(Waits, AReaderThatGoesOnGetsAllOfIt) {
  const auto sink = open();
  auto outcome = written(*sink);
  std::string got(1, ' ');
  ASSERT_EQ(::read(ends.reading.get(), got.data(), 1), 1);
  cancellation.cancel(CancelReason::terminated);
  std::string piece(100'000, ' ');
  while (got.size() < much().size()) {
    const ssize_t size = ::read(ends.reading.get(), piece.data(), piece.size());
    ASSERT_GT(size, 0);
    got.append(piece, 0, static_cast<std::size_t>(size));
  }
  EXPECT_EQ(outcome.get(), "");
  EXPECT_TRUE(got == much());
}

TEST_P(Waits, TheDescriptorsOwnFlagsStay) {
  const int before = ::fcntl(ends.writing.get(), F_GETFL);
  const auto sink = open();
  sink->write("x");
  sink->flush();
  EXPECT_EQ(::fcntl(ends.writing.get(), F_GETFL), before);
}

TEST_P(Waits, AReaderThatLeavesIsAClosedPipe) {
  const auto sink = open();
  ends.reading.reset();
  try {
    sink->write(much());
    FAIL() << "nobody noticed";
  } catch (const Error& error) {
    EXPECT_TRUE(is_closed_pipe(error)) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Waits, ::testing::Values(Kind_::pipe, Kind_::pipe_not_opened_anew, Kind_::socket));

TEST(WaitsForAFile, ANamedPipeThatNobodyReads) {
  const TemporaryFolder folder;
  const std::string path = folder.path("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  Cancellation cancellation;
  cancellation.cancel(CancelReason::deadline);
  const auto sinks = file_sinks("", {.cancellation = &cancellation, .length = 100ms});
  expect_error(Kind::output, path + ": nobody opened it to read", [&] { sinks->open(path, false); });

  std::thread reader([&] {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char got = 0;
    EXPECT_EQ(::read(fd.get(), &got, 1), 1);
  });
  const auto patient = file_sinks("", {.cancellation = &cancellation, .length = kPatience});
  const auto sink = patient->open(path, false);
  sink->write("x");
  sink->sync();
  reader.join();
}

struct Nobody final : public LogWriter {
  void write(const LogLine& /*line*/) override {}
};

class TargetWaits : public ::testing::Test {
 protected:
  TargetWaits() { ::signal(SIGPIPE, SIG_IGN); }
  // A shell that says its number first.
  std::unique_ptr<TargetProcess> start(const std::string& script) {
    auto out = std::make_unique<TargetProcess>(std::vector<std::string>{"sh", "-c", "echo $$; " + script}, "", log,
                                               Grace{.cancellation = &cancellation, .length = 200ms},
                                               [this](TargetProcess&, std::string_view line) {
                                                 if (pid == 0) pid = std::stoi(std::string(line));
                                               });
    while (pid == 0) std::this_thread::yield();
    return out;
  }
  // It was reaped, and nothing of its group runs. (Whoever inherits what it left behind may take time to reap that.)
  bool is_gone() const {
    if (::kill(pid, 0) == 0) return false;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      std::ifstream file(entry.path() / "stat");
      std::string stat(std::istreambuf_iterator<char>(file), {});
      const std::size_t name_end = stat.rfind(')');
      if (name_end == std::string::npos) continue;
      std::istringstream fields(stat.substr(name_end + 1));
      std::string state;
      pid_t parent = 0;
      pid_t group = 0;
      fields >> state >> parent >> group;
      if (group == pid && state != "Z" && state != "X") return false;
    }
    return true;
  }

  Cancellation cancellation;
  Secrets secrets;
  Nobody nobody;
  Log log{secrets, nobody};
  std::atomic<pid_t> pid{0};
};

constexpr const char* kIgnoresAll = "trap '' TERM INT; sleep 1000 & while :; do sleep 1000; done";

TEST_F(TargetWaits, OneThatDoesNotEndIsEnded) {
  for (const char* script : {"while :; do sleep 1000; done", kIgnoresAll}) {
    pid = 0;
    const auto target = start(script);
    auto outcome = std::async(std::launch::async, [&] {
      expect_error(Kind::output, "sh did not end for 200 ms after the run was stopped", [&] { target->finish(); });
    });
    EXPECT_FALSE(is_gone());
    cancellation.cancel(CancelReason::terminated);
    ASSERT_EQ(outcome.wait_for(kPatience), std::future_status::ready) << "it hangs";
    EXPECT_TRUE(is_gone());
  }
}

TEST_F(TargetWaits, OneThatTakesNothingIsLeftAndEnded) {
  auto target = start(kIgnoresAll);
  auto outcome = std::async(std::launch::async, [&] {
    expect_error(Kind::output, "cannot write to sh: nothing was taken", [&] {
      const std::string_view text = much();
      target->write(std::span(&text, 1));
    });
  });
  cancellation.cancel(CancelReason::terminated);
  ASSERT_EQ(outcome.wait_for(kPatience), std::future_status::ready) << "it hangs";
  target.reset();
  EXPECT_TRUE(is_gone());
}

TEST_F(TargetWaits, OneThatHasClosedItsInputAndGoesOnIsEndedToo) {
  const auto target = start("exec <&-; echo closed; while :; do sleep 1000; done");
  cancellation.cancel(CancelReason::terminated);
  expect_error(Kind::output, "sh did not end", [&] {
    for (;;) {
      const std::string_view text = much();
      target->write(std::span(&text, 1));
    }
  });
  EXPECT_TRUE(is_gone());
}

TEST_F(TargetWaits, OneThatIsAbandonedIsToldToEnd) {
  const auto target = start("trap 'echo told; exit 3' TERM; while :; do sleep 0.01; done");
  cancellation.abandon();
  expect_error(Kind::output, "ended with status 3", [&] { target->finish(); });
  cancellation.abandon();  // it is gone, and its number somebody else's
}

TEST_F(TargetWaits, OneThatEndsInTimeHasEndedWell) {
  const auto target = start("cat >/dev/null; sleep 0.1");
  cancellation.cancel(CancelReason::terminated);
  const std::string_view text = much();
  target->write(std::span(&text, 1));
  EXPECT_NO_THROW(target->finish());
}

}  // namespace
}  // namespace integ::protocol::testing
