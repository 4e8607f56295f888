// What can't be written says so, with the path.
#include "fake_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sqlite_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Errors : public ::testing::Test {
 protected:
  Folder folder;
  std::string path = folder / "out.db";
};

TEST_F(Errors, OptionsAreAskedFor) {
  EXPECT_EQ(try_open({}).status, INTEG_E_CONFIG);
  EXPECT_EQ(try_open({{"/path", std::string("a\0b", 3)}}).status, INTEG_E_CONFIG);
  const Opened mode = try_open({{"/path", path}, {"/mode", "merge"}});
  EXPECT_EQ(mode.status, INTEG_E_CONFIG);
  EXPECT_THAT(mode.message, AllOf(HasSubstr("merge"), HasSubstr("upsert")));
}

TEST_F(Errors, AFolderThatIsNotThere) {
  const std::string missing = folder / "no/such/out.db";
  const Opened opened = try_open({{"/path", missing}});
  EXPECT_EQ(opened.status, INTEG_E_OUTPUT);
  EXPECT_THAT(opened.message, AllOf(HasSubstr(missing), HasSubstr("No such file or directory")));
}

TEST_F(Errors, AFileThatIsNoDatabaseStaysAsItWas) {
  std::ofstream(path) << std::string(5000, 'x');
  const Opened opened = try_open({{"/path", path}});
  EXPECT_EQ(opened.status, INTEG_E_OUTPUT);
  EXPECT_THAT(opened.message, AllOf(HasSubstr(path), HasSubstr("not a SQLite database")));
  EXPECT_EQ(std::filesystem::file_size(path), 5000u);
}

TEST_F(Errors, APathThatSqliteWouldTakeForSomethingElse) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder / "");
  EXPECT_EQ(try_open({{"/path", ":memory:"}}).status, INTEG_OK);
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(folder / ":memory:"));
}

TEST_F(Errors, ACancelledRunDoesNotWaitForALock) {
  FakeRun holder(path);
  FakeRun waiter(path);
  const auto* held = holder.stream({.name = "a"});
  const auto* wanted = waiter.stream({.name = "b"});
  holder.records(held, {R"({"name":"a"})"});
  waiter.context.cancelled = true;
  EXPECT_EQ(waiter.try_records(wanted, {R"({"name":"b"})"}), INTEG_CANCELLED);
  EXPECT_EQ(waiter.flush(), 0u);
}

// A file system that is full, played by a limit on the size of files, in a child so that it binds nobody else.
TEST_F(Errors, AFullDiskIsToldAndNothingIsConfirmed) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    FakeRun run(path);
    const auto* stream = run.stream({});
    run.records(stream, {R"({"name":"a"})"});
    run.state(stream, R"({"n":1})", 1);
    if (run.flush() != 1) _exit(10);
    const rlimit limit{400'000, 400'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::vector<std::string> page;
    for (int i = 0; i < 200; ++i) page.push_back(R"({"name":")" + std::to_string(i) + std::string(1000, 'x') + R"("})");
    integ_status status = INTEG_OK;
    for (std::uint64_t i = 2; i < 200 && status == INTEG_OK; ++i) {
      for (auto& record : page) record.insert(9, "y");
      status = run.try_records(stream, page);
      if (status == INTEG_OK) status = run.try_state(stream, R"({"n":2})", i);
      run.context.now_ns += 1'000'000'000;
    }
    if (status != INTEG_E_OUTPUT) _exit(11);
    if (run.context.error.find(path) == std::string::npos) _exit(12);
    if (run.try_state(stream, R"({"n":3})", 500) != INTEG_E_OUTPUT) _exit(13);
    if (run.flush() >= 500) _exit(14);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(value(path, "PRAGMA integrity_check"), "'ok'");
  EXPECT_NE(value(path, "SELECT state FROM _integ_state"), R"('{"n":3}')");
}

}  // namespace
}  // namespace sqlite_test
