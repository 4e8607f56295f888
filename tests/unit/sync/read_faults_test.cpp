// What goes wrong in a read: what is told, what is kept, what is never written.
#include "support.hpp"
#include "sync/read.hpp"

#include <future>

namespace integ::sync {
namespace {

using testing::Commits;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::emit;
using testing::emit_state;
using testing::everything;
using testing::expect_error;
using ::testing::HasSubstr;
using testing::items;
using testing::Recorder;
using testing::result_of;
using testing::Source;
using ::testing::StartsWith;
using testing::str;
using testing::TestConnector;
using testing::World;

testing::Function page_and_state(const std::string& url) {
  return [url](const integ_host& host, integ_http_context* context) -> integ_status {
    const integ_status status = emit(host, context, url);
    return status == INTEG_OK ? emit_state(host, context, R"({"done":true})") : status;
  };
}

TEST(ReadFaults, OneStreamsFailureLeavesTheOthersAlone) {
  World world;
  TestConnector connector;
  connector.stream("good", {.run = page_and_state("http://api.test/good")});
  connector.stream("bad", {.run = page_and_state("http://api.test/missing?token=hidden")});
  connector.stream("also_good", {.run = page_and_state("http://api.test/good")});
  Source source(world, connector);
  source.pages().page("http://api.test/good", items(1, 2));
  Recorder session;
  Commits commits;
  std::mutex mutex;
  std::vector<std::string> ended;
  ReadRequest request = everything(connector);
  request.on_stream_end = [&](const StreamResult& stream) {
    const std::lock_guard lock(mutex);
    ended.push_back(stream.id.name);
  };
  const ReadResult result = read(source.connection, {}, session, request, commits.function());
  EXPECT_FALSE(result.error);
  EXPECT_FALSE(result.cancelled);
  EXPECT_TRUE(result_of(result, "good").complete);
  EXPECT_TRUE(result_of(result, "also_good").complete);
  const StreamResult& bad = result_of(result, "bad");
  EXPECT_FALSE(bad.complete);
  ASSERT_TRUE(bad.error);
  EXPECT_EQ(bad.error->kind(), Kind::not_found);
  EXPECT_EQ(bad.error->http_status(), 404);
  EXPECT_THAT(bad.error->what(), HasSubstr("stream bad: "));
  EXPECT_THAT(bad.error->what(), HasSubstr("http://api.test/missing?token=***"));
  EXPECT_THAT(ended, ::testing::UnorderedElementsAre("good", "bad", "also_good"));
  EXPECT_THAT(session.of("bad"), ElementsAre("stream", "event STARTED", StartsWith("error "), "event INCOMPLETE"));
  EXPECT_EQ(commits.by_stream.count("bad"), 0U) << "a failed stream's state stays as it was";
}

TEST(ReadFaults, PagesAcceptedBeforeAFailureAreKeptWithTheirState) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) -> integ_status {
                     if (const integ_status status = page_and_state("http://api.test/1")(host, context);
                         status != INTEG_OK)
                       return status;
                     const integ_status status = emit(host, context, "http://api.test/2");
                     EXPECT_EQ(status, INTEG_E_NOT_FOUND);
                     return host.fail(context, status, str("the second page is gone"));
                   }});
  Source source(world, connector);
  source.pages().page("http://api.test/1", items(1, 3));
  Recorder session;
  Commits commits;
  const ReadResult result = read(source.connection, {}, session, everything(connector), commits.function());
  EXPECT_EQ(session.record_count, 3U);
  EXPECT_THAT(commits.by_stream["orders"], ElementsAre(R"({"done":true})"));
  EXPECT_THAT(
      result_of(result, "orders").error->what(),
      ::testing::AllOf(HasSubstr("the second page is gone: "), HasSubstr("404"), HasSubstr("http://api.test/2")));
}

TEST(ReadFaults, AStreamThatTheConnectorLacksIsTold) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; }});
  Source source(world, connector);
  Recorder session;
  ReadRequest request = everything(connector);
  request.catalog.unknown = {{"customers", ""}};
  const ReadResult result = read(source.connection, {}, session, request, {});
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_THAT(result_of(result, "customers").error->what(), HasSubstr("it has orders"));
  EXPECT_THAT(session.of("customers"), ElementsAre("event STARTED", StartsWith("error "), "event INCOMPLETE"));
}

TEST(ReadFaults, PagesThatGoRoundInACircleEnd) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) -> integ_status {
                     for (int page = 1;; page = page % 3 + 1) {
                       const std::string url = "http://api.test/" + std::to_string(page);
                       if (const integ_status status = emit(host, context, url); status != INTEG_OK) return status;
                     }
                   }});
  Source source(world, connector);
  for (int page = 1; page <= 3; ++page)
    source.pages().page("http://api.test/" + std::to_string(page), items(page, page));
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_EQ(session.record_count, 3U) << "no record twice";
  EXPECT_THAT(result_of(result, "orders").error->what(),
              ::testing::AllOf(HasSubstr("circle"), HasSubstr("http://api.test/1")));
}

TEST(ReadFaults, AStateThatIsNoJsonIsRefusedBeforeAnythingRuns) {
  World world;
  TestConnector connector;
  bool ran = false;
  connector.stream("orders", {.run = [&](const integ_host&, integ_http_context*) {
                     ran = true;
                     return integ_status{INTEG_OK};
                   }});
  Source source(world, connector);
  Recorder session;
  ReadRequest request = everything(connector);
  request.state.streams[{"orders", ""}] = "{since";
  expect_error(Kind::malformed, "the state of stream orders",
               [&] { read(source.connection, {}, session, request, {}); });
  EXPECT_FALSE(ran);
}

TEST(ReadFaults, WhatAConnectorEmitsAsAStateIsAnObject) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) -> integ_status {
                     EXPECT_EQ(emit_state(host, context, "{\"a\":"), INTEG_E_ARGUMENT);
                     EXPECT_EQ(emit_state(host, context, "[1]"), INTEG_E_ARGUMENT);
                     EXPECT_EQ(emit_state(host, context, ""), INTEG_E_ARGUMENT);
                     return emit_state(host, context, " { \"a\" : 1.10 }\n");
                   }});
  Source source(world, connector);
  Recorder session;
  read(source.connection, {}, session, everything(connector), {});
  EXPECT_THAT(session.of("orders"), ElementsAre("stream", "event STARTED", R"(state {"a":1.10})", "event COMPLETE"));
}

TEST(ReadFaults, AnInterleavedRunsFailureNamesTheStreamsOwnCause) {
  World world;
  TestConnector connector;
  connector.stream("a", {});
  connector.stream("b", {});
  connector.interleaved([](const integ_host& host, integ_http_context* context) -> integ_status {
    integ_http_context* a = nullptr;
    integ_http_context* b = nullptr;
    EXPECT_EQ(host.open_stream(context, str("a"), &a), INTEG_OK);
    EXPECT_EQ(host.open_stream(context, str("b"), &b), INTEG_OK);
    if (const integ_status status = host.emit_values(a, str(R"({"id":1})")); status != INTEG_OK) return status;
    return emit(host, b, "http://api.test/missing");
  });
  Source source(world, connector);
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_EQ(result_of(result, "a").records, 1U);
  for (const char* name : {"a", "b"}) {
    EXPECT_FALSE(result_of(result, name).complete);
    EXPECT_EQ(result_of(result, name).error->kind(), Kind::not_found);
    EXPECT_THAT(result_of(result, name).error->what(), HasSubstr("http://api.test/missing"));
    EXPECT_EQ(session.of(name).back(), "event INCOMPLETE");
  }
}

TEST(ReadFaults, AnOutputThatBreaksEndsTheRunAndNothingCountsAsComplete) {
  World world;
  TestConnector connector;
  std::promise<void> broken;
  std::shared_future<void> is_broken = broken.get_future().share();
  connector.stream("first", {.run = page_and_state("http://api.test/1")});
  connector.stream("second", {.run = [is_broken](const integ_host& host, integ_http_context* context) -> integ_status {
                     is_broken.wait();
                     for (;;) {  // until the host says no
                       const integ_status status = host.emit_values(context, str(R"({"id":9})"));
                       if (status != INTEG_OK) return status;
                     }
                   }});
  Source source(world, connector);
  source.pages().page("http://api.test/1", items(1, 2));
  Recorder session;
  Commits commits;
  session.on_records = [&](const Batch&) {
    broken.set_value();
    throw Error(Kind::output, "No space left on device");
  };
  const ReadResult result = read(source.connection, {}, session, everything(connector), commits.function());
  ASSERT_TRUE(result.error);
  EXPECT_THAT(result.error->what(), HasSubstr("No space left"));
  for (const char* name : {"first", "second"}) {
    EXPECT_FALSE(result_of(result, name).complete) << name;
    ASSERT_TRUE(result_of(result, name).error) << name;
    EXPECT_EQ(result_of(result, name).error->kind(), Kind::output) << result_of(result, name).error->what();
  }
  EXPECT_TRUE(commits.by_stream.empty());
  EXPECT_EQ(session.record_count, 2U) << "nothing after the failure";
}

TEST(ReadFaults, ACancelledRunKeepsWhatItHasAndBlamesNobody) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                     integ_status status = page_and_state("http://api.test/1")(host, context);
                     if (status != INTEG_OK) return status;
                     world.cancellation.cancel(CancelReason::terminated);
                     EXPECT_EQ(host.cancelled(context), 1);
                     status = emit(host, context, "http://api.test/2");
                     EXPECT_EQ(status, INTEG_CANCELLED);
                     return status;
                   }});
  connector.stream(
      "waits", {.run = [](const integ_host& host, integ_http_context* context) { return host.sleep_ns(context, 1); }});
  Source source(world, connector);
  source.pages().page("http://api.test/1", items(1, 2)).page("http://api.test/2", items(3, 4));
  Recorder session;
  Commits commits;
  ReadRequest request = everything(connector);
  request.concurrency = 1;
  const ReadResult result = read(source.connection, {}, session, request, commits.function());
  EXPECT_FALSE(result.error);
  EXPECT_TRUE(result.cancelled);
  EXPECT_FALSE(result_of(result, "orders").complete);
  EXPECT_FALSE(result_of(result, "orders").error);
  EXPECT_EQ(result_of(result, "orders").records, 2U);
  EXPECT_THAT(commits.by_stream["orders"], ElementsAre(R"({"done":true})"));
  EXPECT_THAT(session.of("orders"), ElementsAre("stream", "event STARTED", "event RUNNING", "records 1 2",
                                                R"(state {"done":true})", "event INCOMPLETE"));
  EXPECT_THAT(session.of("waits"), ElementsAre("stream")) << "never begun";
  EXPECT_EQ(session.calls().back(), "flush now");
}

// The page was accepted, but the queue was full when the run was cancelled: whoever goes on regardless and emits a
// state would have the next run skip records that were never written.
TEST(ReadFaults, NoStateCoversRecordsThatWereLostToACancellation) {
  World world;
  TestConnector connector;
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  const std::string large = R"({"id":1,"name":")" + std::string(5'000'000, 'x') + R"("})";
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                     EXPECT_EQ(host.emit_values(context, str(large)), INTEG_OK);
                     EXPECT_EQ(host.emit_values(context, str(large)), INTEG_CANCELLED);
                     EXPECT_EQ(emit_state(host, context, R"({"done":true})"), INTEG_CANCELLED);
                     go.set_value();
                     return INTEG_OK;
                   }});
  Source source(world, connector);
  Recorder session;
  Commits commits;
  session.on_records = [&, gone](const Batch&) {
    world.cancellation.cancel(CancelReason::terminated);
    gone.wait();
  };
  const ReadResult result = read(source.connection, {}, session, everything(connector), commits.function());
  EXPECT_EQ(session.record_count, 1U);
  EXPECT_EQ(result_of(result, "orders").records, 1U) << "what did not reach the output does not count";
  for (const auto& [stream, states] : commits.by_stream) {
    EXPECT_THAT(states, ::testing::Not(Contains(HasSubstr("done")))) << stream;
  }
}

TEST(ReadFaults, StopIsOnlyTakenFromTheHost) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_STOP}; }});
  connector.stream("others",
                   {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_CANCELLED}; }});
  Source source(world, connector);
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  for (const char* name : {"orders", "others"}) {
    EXPECT_EQ(result_of(result, name).error->kind(), Kind::plugin);
    EXPECT_THAT(result_of(result, name).error->what(), HasSubstr("without having been given it"));
  }
}

}  // namespace
}  // namespace integ::sync
