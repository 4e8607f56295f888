// The queue and its one writer: order, bounds, failure, cancellation.
#include "sync/output.hpp"

#include "support.hpp"

#include <algorithm>
#include <chrono>
#include <future>
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

// `bytes` is what the batch claims to hold on to.
Batch batch(const Stream& stream, int id, std::size_t bytes = 100) {
  auto text = std::make_shared<std::string>("{\"id\":" + std::to_string(id) + "}");
  Batch out;
  out.stream = &stream;
  out.records = {*text};
  out.owner = text;
  out.bytes = bytes;
  return out;
}

TEST(Output, WritesWhatAStreamPushesInThatOrder) {
  World world;
  Recorder session;
  const std::array<Stream, 3> streams = {named("a"), named("b"), named("c")};
  constexpr int kEach = 200;
  {
    Output output(session, world.services(), {});
    std::vector<std::thread> threads;
    for (const Stream& stream : streams) {
      threads.emplace_back([&] {
        for (int id = 0; id < kEach; ++id) {
          output.push(batch(stream, id));
          output.push_state(stream, "{\"at\":" + std::to_string(id) + "}");
        }
        output.push_event(protocol::Event::stream_status, R"({"stream":")" + stream.name + R"(","status":"COMPLETE"})",
                          &stream);
      });
    }
    for (std::thread& thread : threads) thread.join();
    output.finish();
  }
  for (const Stream& stream : streams) {
    int next = 0;
    int covered = -1;
    std::string last;
    for (const std::string& call : session.of(stream.name)) {
      last = call;
      if (call.starts_with("records ")) {
        EXPECT_EQ(call, "records " + std::to_string(next++));
      } else if (call.starts_with("state ")) {
        covered = std::stoi(call.substr(call.find(':') + 1));
        EXPECT_LT(covered, next) << "a state overtook the records that it covers";
      }
    }
    EXPECT_EQ(next, kEach);
    EXPECT_EQ(covered, kEach - 1) << "the last state is always written";
    EXPECT_EQ(last, "event COMPLETE");
    EXPECT_EQ(world.counters.stream(stream.name).written, static_cast<std::uint64_t>(kEach));
  }
}

TEST(Output, ASlowSessionHoldsBackWhoPushes) {
  World world;
  Recorder session;
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  session.on_records = [gone](const Batch&) { gone.wait(); };
  const Stream stream = named("a");
  Output output(session, world.services(), {}, 0, 1000);
  output.push(batch(stream, 0, 400));
  output.push(batch(stream, 1, 400));
  std::atomic<bool> pushed{false};
  std::thread third([&] {
    output.push(batch(stream, 2, 400));
    pushed = true;
  });
  session.wait_for("records");
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(pushed) << "1,200 bytes are more than the 1,000 that may wait, the one under way among them";
  go.set_value();
  third.join();
  EXPECT_TRUE(pushed);
  output.finish();
  EXPECT_EQ(session.record_count, 3U);
}

TEST(Output, StatesCountAsWell) {
  World world;
  Recorder session;
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  session.on_records = [gone](const Batch&) { gone.wait(); };
  const Stream stream = named("a");
  Output output(session, world.services(), {}, 0, 1000);
  output.push(batch(stream, 0, 400));
  std::atomic<int> pushed{0};
  std::thread pusher([&] {
    for (int i = 0; i < 4; ++i) {
      output.push_state(stream, "{\"s\":\"" + std::string(400, 'x') + std::to_string(i) + "\"}");
      ++pushed;
    }
  });
  session.wait_for("records");
  std::this_thread::sleep_for(20ms);
  EXPECT_LT(pushed, 2);
  go.set_value();
  pusher.join();
  output.finish();
  EXPECT_EQ(pushed, 4);
}

TEST(Output, ABatchLargerThanTheQueueStillFits) {
  World world;
  Recorder session;
  const Stream stream = named("a");
  Output output(session, world.services(), {}, 0, 1000);
  for (int id = 0; id < 5; ++id) output.push(batch(stream, id, 1'000'000));
  output.finish();
  EXPECT_EQ(session.record_count, 5U);
}

TEST(Output, AFailingSessionCancelsTheRunAndEveryPushThrowsItsError) {
  World world;
  Recorder session;
  session.on_records = [](const Batch&) { throw Error(Kind::output, "cannot write to the file: No space left"); };
  const Stream stream = named("a");
  Output output(session, world.services(), {}, 0, 1000);
  output.push(batch(stream, 0, 900));
  // Blocks until the failure, or comes after it: the same error either way.
  expect_error(Kind::output, "No space left", [&] {
    for (;;) output.push(batch(stream, 1, 900));
  });
  expect_error(Kind::output, "No space left", [&] { output.push(batch(stream, 2)); });
  expect_error(Kind::output, "No space left", [&] { output.push_state(stream, "{}"); });
  EXPECT_FALSE(output.push_event(protocol::Event::log, R"({"message":"m"})"));
  expect_error(Kind::output, "No space left", [&] { output.finish(); });
  EXPECT_EQ(world.cancellation.reason(), CancelReason::output_failed);
  EXPECT_THAT(session.calls(), ElementsAre("records a 0")) << "nothing is written after it, nothing flushed";
}

TEST(Output, WhateverASessionThrowsIsAnError) {
  World world;
  Recorder session;
  session.on_records = [](const Batch&) { throw std::bad_alloc(); };
  const Stream stream = named("a");
  Output output(session, world.services(), {});
  output.push(batch(stream, 0));
  expect_error(Kind::internal, "bad_alloc", [&] { output.finish(); });
}

TEST(Output, AFailureWakesWhoIsWaitingForRoom) {
  World world;
  Recorder session;
  std::promise<void> go;
  session.on_records = [&](const Batch&) {
    go.get_future().wait();
    throw Error(Kind::output, "gone");
  };
  const Stream stream = named("a");
  Output output(session, world.services(), {}, 0, 1000);
  output.push(batch(stream, 0, 1000));
  std::vector<std::thread> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back([&] { expect_error(Kind::output, "gone", [&] { output.push(batch(stream, 1, 1000)); }); });
  }
  session.wait_for("records");
  go.set_value();
  for (std::thread& thread : waiting) thread.join();
}

TEST(Output, ACancellationWakesWhoIsWaitingForRoomAndWhatWasPushedIsStillWritten) {
  World world;
  Recorder session;
  Commits commits;
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  session.on_records = [gone](const Batch&) { gone.wait(); };
  const Stream stream = named("a");
  Output output(session, world.services(), commits.function(), 0, 1000);
  output.push(batch(stream, 0, 500));
  output.push_state(stream, R"({"at":0})");
  output.push(batch(stream, 1, 400));
  std::promise<void> began;
  std::thread waiting([&] {
    began.set_value();
    expect_error(Kind::cancelled, "cancelled", [&] { output.push(batch(stream, 2, 900)); });
  });
  began.get_future().wait();
  session.wait_for("records");
  const auto cancelled_at = std::chrono::steady_clock::now();
  world.cancellation.cancel(CancelReason::terminated);
  waiting.join();
  EXPECT_LT(std::chrono::steady_clock::now() - cancelled_at, 500ms) << "ten times what is promised";
  output.push_state(stream, R"({"at":1})");  // what was pushed is still covered
  go.set_value();
  output.finish();
  EXPECT_EQ(session.record_count, 2U);
  EXPECT_THAT(commits.by_stream["a"].back(), R"({"at":1})");
  EXPECT_EQ(session.calls().back(), "flush now");
}

TEST(Output, ItsDestructorWritesWhatIsQueued) {
  World world;
  Recorder session;
  const Stream stream = named("a");
  {
    Output output(session, world.services(), {});
    output.push(batch(stream, 0));
  }
  EXPECT_EQ(session.record_count, 1U);
}

TEST(Output, FlushesWhenThereIsNothingToDo) {
  World world;
  Recorder session;
  const Stream stream = named("a");
  Output output(session, world.services(), {});
  output.push(batch(stream, 0));
  session.wait_for("flush ask");  // nobody pushes, nobody ends
  output.finish();
  EXPECT_EQ(session.calls().back(), "flush now");
}

TEST(Output, EventsComeInTheirPlaceAndAreRefusedAfterTheEnd) {
  World world;
  Recorder session;
  const Stream stream = named("a");
  Output output(session, world.services(), {});
  EXPECT_TRUE(output.push_event(protocol::Event::stream_status, R"({"stream":"a","status":"STARTED"})"));
  output.push(batch(stream, 0));
  EXPECT_TRUE(output.push_event(protocol::Event::log, R"({"stream":"a","message":"m"})"));
  output.finish();
  EXPECT_FALSE(output.push_event(protocol::Event::log, R"({"stream":"a","message":"late"})"));
  EXPECT_THAT(session.of("a"), ElementsAre("event STARTED", "records 0", "log m"));
}

TEST(Output, WhatIsSaidIsOutBeforeAllThatIsQueued) {
  World world;
  Recorder session;
  const Stream stream = named("a");
  std::promise<void> writing, go_on;
  session.on_records = [&, first = true](const Batch&) mutable {
    if (!std::exchange(first, false)) return;
    writing.set_value();
    go_on.get_future().wait();
  };
  Output output(session, world.services(), {});
  output.push(batch(stream, 1));
  writing.get_future().wait();
  output.push(batch(stream, 2));
  std::vector<std::string> calls;
  auto says = std::async(std::launch::async, [&] {
    output.say(protocol::Event::config, "{}");
    calls = session.calls();
  });
  go_on.set_value();
  says.get();
  output.finish();
  const auto said =
      std::find_if(calls.begin(), calls.end(), [](const auto& call) { return call.starts_with("event"); });
  ASSERT_NE(said, calls.end());
  EXPECT_NE(std::find(said, calls.end(), "flush now"), calls.end()) << "it has reached its destination";
}

TEST(Output, WhatIsSaidTooLateIsRefusedAndNotWaitedFor) {
  World world;
  Recorder session;
  Output output(session, world.services(), {});
  output.say(protocol::Event::config, "{}");
  output.finish();
  expect_error(Kind::output, "closed", [&] { output.say(protocol::Event::config, "{}"); });
}

// Fails at the event itself, and at a batch that is written while the speaker waits.
TEST(Output, WhoSaysSomethingHearsOfTheWritersFailure) {
  World world;
  class Broken final : public Recorder {
   public:
    void event(protocol::Event, std::string_view) override { throw Error(Kind::output, "the disk is full"); }
  } session;
  Output output(session, world.services(), {});
  expect_error(Kind::output, "the disk is full", [&] { output.say(protocol::Event::config, "{}"); });
  expect_error(Kind::output, "the disk is full", [&] { output.say(protocol::Event::config, "{}"); });
  expect_error(Kind::output, "the disk is full", [&] { output.finish(); });
}

TEST(Output, WhoWaitsToBeHeardHearsOfABatchThatFailed) {
  World world;
  Recorder session;
  const Stream stream = named("a");
  std::promise<void> writing, go_on;
  session.on_records = [&](const Batch&) {
    writing.set_value();
    go_on.get_future().wait();
    throw Error(Kind::output, "the disk is full");
  };
  Output output(session, world.services(), {});
  output.push(batch(stream, 1));
  writing.get_future().wait();
  auto says = std::async(std::launch::async, [&] {
    expect_error(Kind::output, "the disk is full", [&] { output.say(protocol::Event::config, "{}"); });
  });
  go_on.set_value();
  EXPECT_EQ(says.wait_for(30s), std::future_status::ready);
  expect_error(Kind::output, "the disk is full", [&] { output.finish(); });
}

}  // namespace
}  // namespace integ::sync
