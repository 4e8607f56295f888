// Streams in slices: their states, their finish.
#include "support.hpp"
#include "sync/read.hpp"

#include <latch>

namespace integ::sync {
namespace {

using testing::Commits;
using testing::document;
using ::testing::ElementsAre;
using testing::emit;
using testing::emit_state;
using testing::everything;
using ::testing::HasSubstr;
using testing::items;
using testing::Recorder;
using testing::result_of;
using testing::Source;
using testing::str;
using testing::TestConnector;
using ::testing::UnorderedElementsAre;
using testing::World;

testing::Function name_slices(std::vector<std::string> keys) {
  return [keys = std::move(keys)](const integ_host& host, integ_http_context* context) -> integ_status {
    for (const std::string& key : keys) {
      const std::string json = "{\"shop\": \"" + key + "\"}";
      if (const integ_status status = host.add_slice(context, str(key), str(json), 1); status != INTEG_OK)
        return status;
    }
    return INTEG_OK;
  };
}

// The value of "shop" in the slice's document.
std::string shop_of(const integ_host& host, integ_http_context* context) {
  integ_value value{};
  value.size = sizeof value;
  EXPECT_EQ(host.get(context, host.document(context, INTEG_DOC_SLICE), str("/shop"), &value), INTEG_OK);
  return testing::text_of(value);
}

TEST(ReadSlices, EachReadsItsOwnStateAndAllAreKeptTogether) {
  World world;
  TestConnector connector;
  std::mutex mutex;
  std::vector<std::string> seen;
  connector.stream("orders", {.run =
                                  [&](const integ_host& host, integ_http_context* context) {
                                    const std::string shop = shop_of(host, context);
                                    {
                                      const std::lock_guard lock(mutex);
                                      seen.push_back(shop + " " + document(host, context, INTEG_DOC_STATE));
                                    }
                                    const std::string state = "{\"done\":\"" + shop + "\"}";
                                    const integ_status status = host.emit_values(context, str(R"({"id":1})"));
                                    return status == INTEG_OK ? emit_state(host, context, state) : status;
                                  },
                              .slices = name_slices({"a", "b", "c"})});
  Source source(world, connector);
  Recorder session;
  Commits commits;
  ReadRequest request = everything(connector);
  request.state.streams[{"orders", ""}] = R"({"shared":{"s":0},"slices":{"a":{"s":1},"gone":{"s":2}}})";
  const ReadResult result = read(source.connection, {}, session, request, commits.function());
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(result_of(result, "orders").records, 3U);
  EXPECT_THAT(seen, UnorderedElementsAre(R"(a {"s":1})", R"(b {"s":0})", R"(c {"s":0})"));
  EXPECT_EQ(commits.by_stream["orders"].back(),
            R"({"shared":{"s":0},"slices":{"a":{"done":"a"},"b":{"done":"b"},"c":{"done":"c"}}})");
  EXPECT_EQ(session.calls().front(), "stream orders");
  EXPECT_EQ(session.of("orders").back(), "event COMPLETE");
}

TEST(ReadSlices, FinishFoldsTheirStatesIntoOne) {
  World world;
  TestConnector connector;
  std::string given;
  connector.stream("orders", {.run =
                                  [](const integ_host& host, integ_http_context* context) {
                                    return emit_state(host, context, "{\"done\":\"" + shop_of(host, context) + "\"}");
                                  },
                              .slices = name_slices({"a", "b"}),
                              .finish =
                                  [&](const integ_host& host, integ_http_context* context) {
                                    given = document(host, context, INTEG_DOC_SLICES);
                                    EXPECT_EQ(host.emit_values(context, str("{}")), INTEG_E_UNSUPPORTED);
                                    return emit_state(host, context, R"({ "until" : 9 })");
                                  }});
  Source source(world, connector);
  Recorder session;
  Commits commits;
  read(source.connection, {}, session, everything(connector), commits.function());
  EXPECT_EQ(given, R"({"a":{"done":"a"},"b":{"done":"b"}})");
  EXPECT_EQ(commits.by_stream["orders"].back(), R"({"shared":{"until":9},"slices":{}})");
}

TEST(ReadSlices, AFinishThatEmitsGarbageFailsTheStreamAndKeepsTheSlices) {
  World world;
  TestConnector connector;
  connector.stream("orders",
                   {.run = [](const integ_host& host,
                              integ_http_context* context) { return emit_state(host, context, R"({"s":1})"); },
                    .slices = name_slices({"a"}),
                    .finish = [](const integ_host& host,
                                 integ_http_context* context) { return emit_state(host, context, "{until:"); }});
  Source source(world, connector);
  Recorder session;
  Commits commits;
  const ReadResult result = read(source.connection, {}, session, everything(connector), commits.function());
  EXPECT_FALSE(result_of(result, "orders").complete);
  EXPECT_EQ(commits.by_stream["orders"].back(), R"({"shared":null,"slices":{"a":{"s":1}}})");
}

TEST(ReadSlices, OneThatFailsKeepsTheOthersButNotTheFinish) {
  World world;
  TestConnector connector;
  bool finished = false;
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) -> integ_status {
                                const std::string shop = shop_of(host, context);
                                const integ_status status = emit(host, context, "http://api.test/" + shop);
                                return status == INTEG_OK ? emit_state(host, context, R"({"s":1})") : status;
                              },
                              .slices = name_slices({"a", "bad", "c"}),
                              .finish =
                                  [&](const integ_host&, integ_http_context*) {
                                    finished = true;
                                    return integ_status{INTEG_OK};
                                  }});
  Source source(world, connector);
  source.pages().page("http://api.test/a", items(1, 2)).page("http://api.test/c", items(3, 4));
  Recorder session;
  Commits commits;
  const ReadResult result = read(source.connection, {}, session, everything(connector), commits.function());
  const StreamResult& orders = result_of(result, "orders");
  EXPECT_FALSE(orders.complete);
  EXPECT_EQ(orders.records, 4U);
  EXPECT_THAT(orders.error->what(), HasSubstr("stream orders, slice bad: "));
  EXPECT_FALSE(finished);
  EXPECT_EQ(commits.by_stream["orders"].back(), R"({"shared":null,"slices":{"a":{"s":1},"c":{"s":1}}})");
  EXPECT_EQ(session.of("orders").back(), "event INCOMPLETE");
}

// Slices that emit at the same moment: a state without the other's would take that one's progress back.
TEST(ReadSlices, TheLastStateHasThemAll) {
  std::vector<std::string> names;
  for (int i = 10; i < 60; ++i) names.push_back("s" + std::to_string(i));
  for (int round = 0; round < 20; ++round) {
    World world;
    TestConnector connector;
    connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) -> integ_status {
                                  return emit_state(host, context, R"({"s":1})");
                                },
                                .slices = name_slices(names)});
    Source source(world, connector);
    Recorder session;
    Commits commits;
    ASSERT_TRUE(
        result_of(read(source.connection, {}, session, everything(connector), commits.function()), "orders").complete);
    for (const std::string& name : names) {
      ASSERT_THAT(commits.by_stream["orders"].back(), HasSubstr("\"" + name + "\"")) << "in round " << round;
    }
  }
}

// Of slices that emit at the same moment one says that the stream runs, and no record of another goes ahead of that.
TEST(ReadSlices, NoRecordComesBeforeTheStreamIsSaidToRun) {
  const std::vector<std::string> names{"a", "b", "c", "d", "e", "f", "g", "h"};
  for (int round = 0; round < 200; ++round) {
    World world;
    TestConnector connector;
    std::latch all(static_cast<std::ptrdiff_t>(names.size()));
    connector.stream("orders", {.run = [&all](const integ_host& host, integ_http_context* context) -> integ_status {
                                  all.arrive_and_wait();
                                  return host.emit_values(context, str(R"({"id":1})"));
                                },
                                .slices = name_slices(names)});
    Source source(world, connector);
    Recorder session;
    ReadRequest request = everything(connector);
    request.concurrency = static_cast<int>(names.size());
    read(source.connection, {}, session, request, {});
    const std::vector<std::string> calls = session.of("orders");
    ASSERT_GE(calls.size(), 4U);
    ASSERT_EQ(calls[1], "event STARTED");
    ASSERT_EQ(calls[2], "event RUNNING") << "in round " << round;
  }
}

TEST(ReadSlices, NoneIsAStreamWithoutRecords) {
  World world;
  TestConnector connector;
  connector.stream("orders",
                   {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_E_INTERNAL}; },
                    .slices = name_slices({})});
  Source source(world, connector);
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_THAT(session.of("orders"), ElementsAre("stream", "event STARTED", "state {}", "event COMPLETE"));
}

TEST(ReadSlices, TheirKeysAreChecked) {
  World world;
  TestConnector connector;
  connector.stream("twice", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; },
                             .slices = name_slices({"a", "a"})});
  connector.stream("empty", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; },
                             .slices = name_slices({""})});
  Source source(world, connector);
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_THAT(result_of(result, "twice").error->what(), HasSubstr("'a' came twice"));
  EXPECT_THAT(result_of(result, "empty").error->what(), HasSubstr("the key is empty"));
}

TEST(ReadSlices, ShareTheLimitOfTheirStreamAndFoldNothingBehindIt) {
  World world;
  TestConnector connector;
  bool finished = false;
  connector.stream("orders", {.run =
                                  [](const integ_host& host, integ_http_context* context) {
                                    return host.emit_values(context, str(R"([{"id":1},{"id":2},{"id":3}])"));
                                  },
                              .slices = name_slices({"a", "b", "c", "d"}),
                              .finish =
                                  [&](const integ_host&, integ_http_context*) {
                                    finished = true;
                                    return integ_status{INTEG_OK};
                                  }});
  Source source(world, connector);
  Recorder session;
  ReadRequest request = everything(connector);
  request.limit = 5;
  const ReadResult result = read(source.connection, {}, session, request, {});
  EXPECT_EQ(result_of(result, "orders").records, 5U);
  EXPECT_EQ(session.record_count, 5U);
  EXPECT_FALSE(finished) << "its state would cover what the limit cut off";
}

}  // namespace
}  // namespace integ::sync
