// Records and the state that covers them: both or neither, and a ticket is confirmed only when it is in the file.
#include "fake_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sqlite_test {
namespace {

using ::testing::IsEmpty;

constexpr std::int64_t second = 1'000'000'000;

class Commit : public ::testing::Test {
 protected:
  std::string count() { return value(path, "SELECT count(*) FROM pokemon"); }
  std::string state() { return value(path, "SELECT state FROM _integ_state"); }
  Folder folder;
  std::string path = folder / "out.db";
};

TEST_F(Commit, NothingIsSeenBeforeItIsConfirmed) {
  FakeRun run(path);
  const auto* stream = run.stream({});
  run.records(stream, {R"({"name":"a"})"});
  run.state(stream, R"({"n":1})", 7);
  EXPECT_EQ(run.flush(INTEG_FLUSH_ASK), 0u);
  EXPECT_EQ(count(), "0");
  EXPECT_EQ(state(), "no row");
  EXPECT_EQ(run.flush(INTEG_FLUSH_NOW), 7u);
  EXPECT_EQ(count(), "1");
  EXPECT_EQ(state(), R"('{"n":1}')");
  run.state(stream, R"({"n":2})", 8);
  EXPECT_EQ(run.flush(INTEG_FLUSH_ASK), 7u);
  run.close();
  EXPECT_EQ(state(), R"('{"n":2}')");
}

TEST_F(Commit, ATransactionThatIsOldIsCommitted) {
  FakeRun run(path);
  const auto* stream = run.stream({});
  run.records(stream, {R"({"name":"a"})"});
  run.state(stream, R"({"n":1})", 1);
  run.context.now_ns += second;
  EXPECT_EQ(run.flush(INTEG_FLUSH_ASK), 1u) << "asked while idle, too, so that nobody waits for the lock";
  run.records(stream, {R"({"name":"b"})"});
  EXPECT_EQ(count(), "1");
  run.context.now_ns += second;
  run.state(stream, R"({"n":2})", 2);
  EXPECT_EQ(count(), "2");
  EXPECT_EQ(run.flush(INTEG_FLUSH_ASK), 2u);
}

TEST_F(Commit, ATransactionThatIsLargeIsCommitted) {
  FakeRun run(path);
  const auto* stream = run.stream({});
  std::vector<std::string> page;
  for (int i = 0; i < 50'000; ++i) page.push_back(R"({"name":")" + std::to_string(i) + R"("})");
  run.records(stream, page);
  EXPECT_EQ(count(), "50000");
  run.records(stream, {R"({"name":")" + std::string(std::size_t{33} << 20, 'x') + R"("})"});
  EXPECT_EQ(count(), "50001");
}

TEST_F(Commit, TheStateComesBack) {
  const StreamSpec other{.name = "pokemon", .name_space = "x"};
  {
    FakeRun run(path, {{"/pipeline", "one"}});
    const auto* stream = run.stream({}, incremental);
    EXPECT_EQ(run.restore(stream), "null") << "a file without the rows makes no use of a bookmark from elsewhere";
    run.state(stream, R"({"at":18446744073709551617, "x":"\u0000"})", 1);
    run.state(run.stream(other), R"({"b":2})", 2);
    run.close();
  }
  FakeRun run(path, {{"/pipeline", "one"}});
  EXPECT_EQ(run.restore(run.stream({}, incremental)), R"({"at":18446744073709551617, "x":"\u0000"})");
  EXPECT_EQ(run.restore(run.stream(other)), R"({"b":2})");
  FakeRun stranger(path, {{"/pipeline", "two"}});
  EXPECT_EQ(stranger.restore(stranger.stream({}, incremental)), "null");
}

TEST_F(Commit, AStateIsClearedByNull) {
  FakeRun run(path);
  const auto* stream = run.stream({});
  run.state(stream, R"({"n":1})", 1);
  run.state(stream, "null", 2);
  EXPECT_EQ(run.flush(), 2u);
  EXPECT_EQ(run.restore(stream), "null");
  EXPECT_EQ(state(), "'null'");
}

TEST_F(Commit, ATableThatIsDroppedIsReadAnew) {
  {
    FakeRun run(path);
    const auto* stream = run.stream({}, incremental);
    run.records(stream, {R"({"name":"a"})"});
    run.state(stream, R"({"n":1})", 1);
    run.close();
  }
  execute(path, "DROP TABLE pokemon");
  FakeRun run(path);
  const auto* stream = run.stream({}, incremental);
  EXPECT_EQ(run.restore(stream), "null");
  run.records(stream, {R"({"name":"b"})"});
  run.close();
  EXPECT_EQ(value(path, "SELECT name FROM pokemon"), "'b'");
  EXPECT_THAT(run.context.warnings, IsEmpty());
}

// A state must not cover records that were lost.
TEST_F(Commit, AfterAFailureNothingIsConfirmed) {
  FakeRun run(path);
  const auto* stream = run.stream({});
  run.records(stream, {R"({"name":"a"})"});
  run.state(stream, R"({"n":1})", 1);
  EXPECT_EQ(run.flush(), 1u);
  run.records(stream, {R"({"name":"b"})"});
  EXPECT_EQ(run.try_records(stream, {R"({"name":)"}), INTEG_E_MALFORMED);
  EXPECT_EQ(run.try_state(stream, R"({"n":2})", 2), INTEG_E_MALFORMED);
  EXPECT_EQ(run.flush(), 1u);
  run.close();
  EXPECT_EQ(count(), "1");
  EXPECT_EQ(state(), R"('{"n":1}')");
}

TEST_F(Commit, TwoPipelinesTakeTurnsInOneFile) {
  FakeRun one(path, {{"/pipeline", "one"}});
  FakeRun two(path, {{"/pipeline", "two"}});
  const auto* first = one.stream({.name = "a"});
  const auto* other = two.stream({.name = "b"});
  for (int i = 0; i < 20; ++i) {
    const std::string record = R"({"name":")" + std::to_string(i) + R"("})";
    one.records(first, {record});
    one.flush();
    two.records(other, {record});
    two.flush();
  }
  EXPECT_EQ(value(path, "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)"), "20|20");
}

}  // namespace
}  // namespace sqlite_test
