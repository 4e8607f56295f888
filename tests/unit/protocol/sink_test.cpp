#include "protocol/sink.hpp"

#include "protocol/builtin.hpp"
#include "support.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Sinks_ : public ::testing::Test {
  TemporaryFolder folder;
};
using FileSink = Sinks_;
using FdSink = Sinks_;

TEST_F(FileSink, TheOldFileStandsUntilTheFirstSync) {
  const std::string path = folder.path("out.jsonl");
  put(path, "old\n");
  const auto sink = file_sink(path, false);
  sink->write("new\n");
  sink->flush();
  EXPECT_EQ(contents(path), "old\n");
  sink->sync();
  EXPECT_EQ(contents(path), "new\n");
  sink->write("more\n");
  sink->flush();
  EXPECT_EQ(contents(path), "new\nmore\n");
  EXPECT_THAT(folder.files(), ElementsAre("out.jsonl"));
}

TEST_F(FileSink, AFailedStartLeavesNothingBehind) {
  put(folder.path("out.jsonl"), "old\n");
  {
    const auto sink = file_sink(folder.path("out.jsonl"), false);
    sink->write("new\n");
    sink->flush();
    const auto other = file_sink(folder.path("other.jsonl"), false);
  }
  EXPECT_THAT(folder.files(), ElementsAre("out.jsonl"));
  EXPECT_EQ(contents(folder.path("out.jsonl")), "old\n");
}

// A kill can't be caught: what the destructor would tidy up must not be needed for the old file to be whole.
TEST_F(FileSink, KilledBeforeTheFirstSyncTheOldFileStands) {
  const std::string path = folder.path("out.jsonl");
  put(path, "old\n");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto sink = file_sink(path, false);
    sink->write(std::string(1 << 20, 'x'));
    sink->flush();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(contents(path), "old\n");
  // What the killed one left in the way of the next: nothing.
  EXPECT_THAT(folder.files(), SizeIs(2));
  file_sinks("")->tidy(path);
  EXPECT_THAT(folder.files(), ElementsAre("out.jsonl"));
  const auto sink = file_sink(path, false);
  sink->write("new\n");
  sink->sync();
  EXPECT_EQ(contents(path), "new\n");
}

// Only what nobody writes any more, and nothing that is merely called alike.
TEST_F(FileSink, WhatKilledRunsLeftIsTakenAwayAndNothingElse) {
  const std::string path = folder.path("out.jsonl");
  const auto busy = file_sink(path, false);
  const std::string held = folder.files().front();
  EXPECT_THAT(held, ::testing::StartsWith("out.jsonl.tmp-"));
  const std::vector<std::string> others{"a.jsonl.tmp-1-0",  "out.jsonl.backup", "out.jsonl.tmp",
                                        "out.jsonl.tmp-1",  "out.jsonl.tmp-1-", "out.jsonl.tmp-1-0.old",
                                        "out.jsonl.tmp-x-0"};
  for (const std::string& other : others) put(folder.path(other), "mine\n");
  for (const char* stale : {"out.jsonl.tmp-1-0", "out.jsonl.tmp-99-12"}) put(folder.path(stale), "half");
  file_sinks("")->tidy(path);
  std::vector<std::string> left = others;
  left.push_back(held);
  EXPECT_THAT(folder.files(), ::testing::UnorderedElementsAreArray(left));
  busy->write("x\n");
  busy->sync();
  EXPECT_EQ(contents(path), "x\n");
}

TEST_F(FileSink, AppendingEndsALastRecordThatLacksItsLineFeed) {
  const std::string path = folder.path("out.jsonl");
  const std::string spaced = R"({"id":1} )";
  const std::string longer = R"({"id":")" + std::string(200'000, 'x') + "\"}";
  for (const std::string& whole : {std::string(R"({"id":1})"), spaced, longer}) {
    put(path, "{\"id\":0}\n" + whole);
    const auto sink = file_sink(path, true);
    EXPECT_EQ(sink->file_bytes(), whole.size() + 10);
    sink->write("{\"id\":2}\n");
    sink->sync();
    EXPECT_TRUE(contents(path) == "{\"id\":0}\n" + whole + "\n{\"id\":2}\n") << whole.substr(0, 20);
  }
  for (const char* torn : {R"({"id":1)", R"({"id":1}})", "7", "{"}) {
    put(path, std::string("{\"id\":0}\n") + torn);
    file_sink(path, true)->sync();
    EXPECT_EQ(contents(path), "{\"id\":0}\n") << torn;
  }
}

TEST_F(FileSink, AppendingCutsATornLastLine) {
  const std::string path = folder.path("out.jsonl");
  put(path, "one\ntwo\nthr");
  const auto sink = file_sink(path, true);
  sink->write("three\n");
  sink->sync();
  EXPECT_EQ(contents(path), "one\ntwo\nthree\n");
}

TEST_F(FileSink, AppendingCutsATornLineLongerThanABlock) {
  const std::string path = folder.path("out.jsonl");
  put(path, "one\n" + std::string(200'000, 'x'));
  file_sink(path, true)->sync();
  EXPECT_EQ(contents(path), "one\n");
  put(path, std::string(65'536, 'x'));  // one block, and no whole line at all
  file_sink(path, true)->sync();
  EXPECT_EQ(contents(path), "");
}

TEST_F(FileSink, AppendingToNothingMakesTheFile) {
  const auto sink = file_sink(folder.path("out.jsonl"), true);
  sink->write("one\n");
  sink->sync();
  EXPECT_EQ(contents(folder.path("out.jsonl")), "one\n");
}

TEST_F(FileSink, AMissingFolderIsSaid) {
  const std::string path = folder.path("no/such/out.jsonl");
  for (const bool append : {false, true}) {
    expect_error(Kind::output, folder.path("no/such") + " is missing", [&] { file_sink(path, append); });
  }
  expect_error(Kind::output, "is missing", [&] { file_sinks("")->check(path); });
  put(folder.path("file"), "");
  expect_error(Kind::output, "cannot write", [&] { file_sink(folder.path("file/out.jsonl"), false); });
  expect_error(Kind::output, "Is a directory", [&] { file_sink(folder.path(""), false); });
}

TEST_F(FileSink, ModeAndSymbolicLinkStay) {
  const std::string path = folder.path("real.jsonl");
  put(path, "old\n");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  ASSERT_EQ(::symlink(path.c_str(), folder.path("link.jsonl").c_str()), 0);
  const auto sink = file_sink(folder.path("link.jsonl"), false);
  sink->write("new\n");
  sink->sync();
  struct stat status {};
  ASSERT_EQ(::lstat(folder.path("link.jsonl").c_str(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_EQ(contents(path), "new\n");
}

TEST_F(FileSink, AFullDeviceIsAnErrorAndNotReplaced) {
  const auto sink = file_sink("/dev/full", false);
  sink->write("line\n");
  expect_error(Kind::output, "/dev/full: No space left on device", [&] { sink->sync(); });
  struct stat status {};
  ASSERT_EQ(::stat("/dev/full", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
}

TEST_F(FileSink, RelativePathsAreRelativeToTheFolder) {
  const auto sinks = file_sinks(folder.path(""));
  sinks->check("out.jsonl");
  EXPECT_THAT(folder.files(), IsEmpty());
  const auto sink = sinks->open("out.jsonl", false);
  sink->write("x\n");
  sink->sync();
  EXPECT_THAT(folder.files(), ElementsAre("out.jsonl"));
}

TEST_F(FdSink, PartsOfEverySizeComeOutInOrder) {
  const std::string path = folder.path("out");
  std::string expected;
  {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const auto sink = fd_sink(fd.get(), "out");
    constexpr std::size_t kBuffer = 256UL * 1024;
    char letter = 'a';
    for (const std::size_t size :
         {1UL, kBuffer - 2, 3UL, kBuffer - 1, kBuffer, kBuffer + 1, kBuffer / 2, kBuffer / 2 - 1, 5UL, 3 * kBuffer, 0UL,
          100'000UL, 100'000UL, 100'000UL, 30'000'000UL, 1UL}) {
      const std::string part(size, letter);
      const std::string tail = std::to_string(size) + "\n";
      const std::array<std::string_view, 2> parts{part, tail};
      sink->write(parts);
      expected += part + tail;
      letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1);
    }
    sink->flush();
  }
  EXPECT_TRUE(contents(path) == expected);  // not EXPECT_EQ: megabytes in a message help nobody
}

TEST_F(FdSink, AFullDiskIsSaidWithTheName) {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const auto sink = fd_sink(full.get(), "standard output");
  sink->write("line\n");
  expect_error(Kind::output, "cannot write to standard output: No space left on device", [&] { sink->flush(); });
  // Broken for good: nothing goes out behind the gap.
  expect_error(Kind::output, "No space left", [&] { sink->write("x"); });
  expect_error(Kind::output, "No space left", [&] { sink->sync(); });
}

TEST_F(FdSink, AClosedPipeIsToldFromOtherErrors) {
  ::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  const auto sink = fd_sink(writer.get(), "standard output");
  reader.reset();
  sink->write("x\n");
  try {
    sink->flush();
    FAIL() << "nobody noticed";
  } catch (const Error& error) {
    EXPECT_TRUE(is_closed_pipe(error)) << error.what();
    Error further = error;
    Where where;
    where.stream = "orders";
    further.at(where);
    EXPECT_TRUE(is_closed_pipe(further));
  }
  EXPECT_FALSE(is_closed_pipe(Error(Kind::output, "cannot write to x: No space left on device")));
  EXPECT_FALSE(is_closed_pipe(Error(Kind::transient, "Broken pipe")));
}

TEST_F(FdSink, ANonBlockingDescriptorIsWaitedFor) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  ASSERT_EQ(::fcntl(writer.get(), F_SETFL, O_NONBLOCK), 0);
  constexpr std::size_t kSize = 8UL << 20U;
  std::size_t got = 0;
  std::thread reading([&] {
    std::array<char, 65536> block{};
    for (ssize_t n = 0; (n = ::read(reader.get(), block.data(), block.size())) > 0;) got += static_cast<std::size_t>(n);
  });
  const auto sink = fd_sink(writer.get(), "pipe");
  sink->write(std::string(kSize, 'x'));
  sink->flush();
  writer.reset();
  reading.join();
  EXPECT_EQ(got, kSize);
}

// Through a whole session: one line of 30 MB arrives as one line.
TEST_F(FdSink, AnEnormousRecordPassesWhole) {
  const std::string path = folder.path("out");
  const std::string record = std::string(R"({"blob":")").append(30'000'000, 'b') + R"("})";
  {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const auto sink = fd_sink(fd.get(), "out");
    const auto session =
        airbyte_adapter()->open({.options = nullptr, .sink = sink.get(), .sinks = nullptr, .log = nullptr});
    const Stream stream = make_stream("s");
    session->stream(stream, {});
    session->records(batch(stream, {"{}", record, "{}"}));
    session->state(stream, "{}", 1);
    EXPECT_EQ(session->flush(Flush::now), 1U);
    session->close(INTEG_OK);
  }
  const auto lines = lines_of(contents(path));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_TRUE(lines[1] ==
              R"({"type":"RECORD","record":{"stream":"s","emitted_at":1704164645006,"data":)" + record + "}}");
}

TEST_F(FdSink, ASessionOnAFullDiskConfirmsNothing) {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  for (const std::string& name : builtin_adapter_names()) {
    const auto sink = fd_sink(full.get(), "standard output");
    const auto session =
        builtin_adapter(name)->open({.options = nullptr, .sink = sink.get(), .sinks = nullptr, .log = nullptr});
    const Stream stream = make_stream("s");
    session->stream(stream, {});
    expect_error(Kind::output, "No space left on device", [&] {
      session->records(batch(stream, {"{}"}));
      session->state(stream, R"({"x":1})", 1);
      session->flush(Flush::ask);
    });
    expect_error(Kind::output, "No space left on device", [&] { session->flush(Flush::now); });
    session->close(INTEG_E_OUTPUT);
  }
}

}  // namespace
}  // namespace integ::protocol::testing
