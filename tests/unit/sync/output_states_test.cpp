// Which states are written, when, and which of them are committed.
#include "support.hpp"
#include "sync/output.hpp"

#include <chrono>
#include <thread>

namespace integ::sync {
namespace {

using namespace std::chrono_literals;
using testing::Commits;
using ::testing::ElementsAre;
using testing::expect_error;
using testing::Recorder;
using testing::World;

Stream named(const std::string& name) {
  Stream out;
  out.name = name;
  return out;
}

std::string at(int n) { return "{\"at\":" + std::to_string(n) + "}"; }

// Blocks until the writer has taken all that was pushed and written what was due: that comes between two items.
void settle(Output& output, Recorder& session) {
  const std::size_t marks = session.of("mark").size();
  for (int i = 0; i < 2; ++i) output.push_event(protocol::Event::log, R"({"stream":"mark","message":"m"})");
  session.wait_for("log mark", marks + 2);
}

TEST(OutputStates, OneASecondAndAStreamAndTheLastAlways) {
  World world;
  Recorder session;
  const Stream a = named("a");
  const Stream b = named("b");
  Output output(session, world.services(), {});
  for (int n = 0; n < 10; ++n) output.push_state(a, at(n));
  output.push_state(b, at(100));
  settle(output, session);
  EXPECT_THAT(session.of("a"), ElementsAre("state " + at(0)));
  EXPECT_THAT(session.of("b"), ElementsAre("state " + at(100))) << "each stream has its own second";
  world.clock.advance(999ms);
  settle(output, session);
  EXPECT_EQ(session.of("a").size(), 1U);
  world.clock.advance(1ms);
  settle(output, session);
  EXPECT_THAT(session.of("a"), ElementsAre("state " + at(0), "state " + at(9)))
      << "the newest replaced those before it";
  output.push_state(a, at(10));
  output.push_state(a, at(11));
  output.finish();
  EXPECT_THAT(session.of("a"), ElementsAre("state " + at(0), "state " + at(9), "state " + at(11)));
  EXPECT_EQ(session.calls().back(), "flush now");
}

TEST(OutputStates, CompleteComesAfterTheStreamsLastState) {
  World world;
  Recorder session;
  const Stream a = named("a");
  const Stream b = named("b");
  Output output(session, world.services(), {});
  for (int n = 0; n < 3; ++n) output.push_state(a, at(n));
  for (int n = 0; n < 3; ++n) output.push_state(b, at(n));
  output.push_event(protocol::Event::stream_status, R"({"stream":"a","status":"COMPLETE"})", &a);
  settle(output, session);
  EXPECT_THAT(session.of("a"), ElementsAre("state " + at(0), "state " + at(2), "event COMPLETE"));
  EXPECT_THAT(session.of("b"), ElementsAre("state " + at(0))) << "the other stream's still waits";
  output.finish();
  EXPECT_THAT(session.of("b"), ElementsAre("state " + at(0), "state " + at(2)));
}

TEST(OutputStates, AreCommittedOnlyWhenConfirmed) {
  World world;
  Recorder session;
  Commits commits;
  session.confirm = [](protocol::Flush how, std::uint64_t last) { return how == protocol::Flush::now ? last : 0; };
  const Stream a = named("a");
  Output output(session, world.services(), commits.function());
  output.push_state(a, at(0));
  session.wait_for("flush ask");
  world.clock.advance(2s);
  output.push_state(a, at(1));
  session.wait_for("flush ask", 2);
  output.finish();
  EXPECT_THAT(commits.by_stream["a"], ElementsAre(at(1))) << "nothing before the confirmation, then the newest alone";
}

TEST(OutputStates, WhatIsConfirmedLaterIsCommittedThen) {
  World world;
  Recorder session;
  Commits commits;
  // Confirms one ticket less than there is, until the end.
  session.confirm = [](protocol::Flush how, std::uint64_t last) {
    return how == protocol::Flush::now || last == 0 ? last : last - 1;
  };
  const Stream a = named("a");
  Output output(session, world.services(), commits.function());
  for (int n = 0; n < 3; ++n) {
    output.push_state(a, at(n));
    session.wait_for("flush ask", static_cast<std::size_t>(n) + 1);
    world.clock.advance(2s);
  }
  output.finish();
  EXPECT_THAT(commits.by_stream["a"], ElementsAre(at(0), at(1), at(2)));
}

TEST(OutputStates, ABusyQueueIsAskedOnceASecond) {
  World world;
  Recorder session;
  Commits commits;
  const Stream a = named("a");
  session.on_records = [&](const Batch&) { world.clock.advance(600ms); };  // slow, so that the queue is never empty
  Output output(session, world.services(), commits.function());
  const auto page = std::make_shared<std::string>(R"({"id":1})");
  for (int n = 0; n < 10; ++n) {
    Batch batch;
    batch.stream = &a;
    batch.records = {*page};
    batch.owner = page;
    batch.bytes = 10;
    output.push(std::move(batch));
    output.push_state(a, at(n));
  }
  output.finish();
  EXPECT_GE(session.count("flush ask"), 4U);
  EXPECT_EQ(session.count("flush now"), 1U);
  EXPECT_EQ(commits.by_stream["a"].back(), at(9));
  EXPECT_GE(commits.by_stream["a"].size(), 4U) << "bookmarks move on during the run";
}

TEST(OutputStates, AStoreThatFailsEndsTheRun) {
  World world;
  Recorder session;
  const Stream a = named("a");
  Output output(session, world.services(),
                [](const Stream&, const std::string&) { throw Error(Kind::state, "the store is locked"); });
  output.push_state(a, at(0));
  expect_error(Kind::state, "the store is locked", [&] { output.finish(); });
  EXPECT_TRUE(world.cancellation.cancelled());
}

TEST(OutputStates, AFailedFlushCommitsNothing) {
  World world;
  Recorder session;
  Commits commits;
  session.on_flush = [] { throw Error(Kind::output, "the disk is full"); };
  const Stream a = named("a");
  Output output(session, world.services(), commits.function());
  output.push_state(a, at(0));
  expect_error(Kind::output, "the disk is full", [&] { output.finish(); });
  EXPECT_TRUE(commits.by_stream.empty());
}

}  // namespace
}  // namespace integ::sync
