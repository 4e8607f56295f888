// A whole read in this process: streams side by side, states, limits, fields.
#include "sync/read.hpp"

#include "support.hpp"

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
using ::testing::IsEmpty;
using testing::items;
using testing::Recorder;
using testing::result_of;
using testing::Source;
using testing::str;
using testing::TestConnector;
using testing::World;

std::string url(const std::string& stream, int page) {
  return "http://api.test/" + stream + "/" + std::to_string(page);
}

// Emits pages 1 to `pages`, with a state behind each.
testing::Function pages_of(const std::string& stream, int pages) {
  return [=](const integ_host& host, integ_http_context* context) -> integ_status {
    for (int page = 1; page <= pages; ++page) {
      if (const integ_status status = emit(host, context, url(stream, page)); status != INTEG_OK) return status;
      const std::string state = "{\"page\":" + std::to_string(page) + "}";
      if (const integ_status status = emit_state(host, context, state); status != INTEG_OK) return status;
    }
    return INTEG_OK;
  };
}

void serve(testing::Pages& pages, const std::string& stream, int count) {
  for (int page = 1; page <= count; ++page) pages.page(url(stream, page), items(10 * page, 10 * page + 1));
}

TEST(Read, RunsStreamsSideBySideEachInItsOwnOrder) {
  World world;
  TestConnector connector;
  constexpr int kStreams = 6;
  std::latch all_under_way(kStreams);  // passes only when all of them request at once
  for (int i = 0; i < kStreams; ++i) {
    const std::string name = "s" + std::to_string(i);
    connector.stream(name, {.run = pages_of(name, 3)});
  }
  Source source(world, connector);
  for (int i = 0; i < kStreams; ++i) {
    const std::string name = "s" + std::to_string(i);
    serve(source.pages(), name, 3);
    source.pages().answer(url(name, 1), [&all_under_way](const http::Request&) {
      all_under_way.arrive_and_wait();
      return testing::Pages::Page{200, items(10, 11)};
    });
  }
  Recorder session;
  Commits commits;
  ReadRequest request = everything(connector);
  request.concurrency = kStreams;
  const ReadResult result = read(source.connection, {}, session, request, commits.function());
  EXPECT_FALSE(result.error);
  EXPECT_FALSE(result.cancelled);
  for (int i = 0; i < kStreams; ++i) {
    const std::string name = "s" + std::to_string(i);
    EXPECT_TRUE(result_of(result, name).complete);
    EXPECT_EQ(result_of(result, name).records, 6U);
    EXPECT_EQ(world.counters.stream(name).records, 6U);
    EXPECT_EQ(world.counters.stream(name).written, 6U);
    EXPECT_EQ(world.counters.stream(name).requests, 3U);
    EXPECT_EQ(commits.by_stream[name].back(), R"({"page":3})");
    std::vector<std::string> calls = session.of(name);
    std::erase_if(calls,
                  [](const std::string& call) { return call.starts_with("state") && call != R"(state {"page":3})"; });
    EXPECT_THAT(calls, ElementsAre("stream", "event STARTED", "event RUNNING", "records 10 11", "records 20 21",
                                   "records 30 31", R"(state {"page":3})", "event COMPLETE"));
  }
  EXPECT_EQ(session.count("close"), 0U) << "the session is left open";
}

TEST(Read, NeverRunsMoreAtOnceThanAskedForAndOneOfASerialConnector) {
  for (const bool serial : {false, true}) {
    World world;
    TestConnector connector;
    connector.loaded.info.serial = serial;
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    for (int i = 0; i < 8; ++i) {
      connector.stream("s" + std::to_string(i), {.run = [&](const integ_host&, integ_http_context*) {
                         const int now = ++inside;
                         int seen = most.load();
                         while (now > seen && !most.compare_exchange_weak(seen, now)) {
                         }
                         std::this_thread::yield();
                         --inside;
                         return integ_status{INTEG_OK};
                       }});
    }
    Source source(world, connector);
    Recorder session;
    ReadRequest request = everything(connector);
    request.concurrency = 3;
    read(source.connection, {}, session, request, {});
    EXPECT_LE(most, serial ? 1 : 3);
  }
}

TEST(Read, AStreamWithoutRecordsEndsWithTheStateThatCameIn) {
  World world;
  TestConnector connector;
  connector.stream("quiet", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; }});
  connector.stream("fresh", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; }});
  Source source(world, connector);
  Recorder session;
  Commits commits;
  ReadRequest request = everything(connector);
  request.state.streams[{"quiet", ""}] = R"({"since":"2024"})";
  read(source.connection, {}, session, request, commits.function());
  EXPECT_THAT(session.of("quiet"),
              ElementsAre("stream", "event STARTED", R"(state {"since":"2024"})", "event COMPLETE"));
  EXPECT_THAT(session.of("fresh"), ElementsAre("stream", "event STARTED", "state {}", "event COMPLETE"));
  EXPECT_EQ(commits.by_stream["quiet"].back(), R"({"since":"2024"})");
}

TEST(Read, WhatThePagesSayOfTheWholeIsToldOnce) {
  World world;
  TestConnector connector;
  const auto emit_with_total = [](const integ_host& host, integ_http_context* context, const char* url) {
    integ_request request{};
    request.size = sizeof request;
    request.url = str(url);
    integ_emit options{};
    options.size = sizeof options;
    options.records = str("/items");
    options.total = str("/count");
    integ_response* answer = nullptr;
    std::uint64_t emitted = 0;
    return host.emit_batch(context, &request, &options, &answer, &emitted);
  };
  connector.stream("counted", {.run = [&](const integ_host& host, integ_http_context* context) {
                     EXPECT_EQ(emit_with_total(host, context, "http://api.test/1"), INTEG_OK);
                     return emit_with_total(host, context, "http://api.test/2");
                   }});
  connector.stream("odd", {.run = [&](const integ_host& host, integ_http_context* context) {
                     return emit_with_total(host, context, "http://api.test/odd");
                   }});
  Source source(world, connector);
  source.pages().page("http://api.test/1", R"({"count":7,"items":[{"id":1}]})");
  source.pages().page("http://api.test/2", R"({"count":8,"items":[{"id":2}]})");
  source.pages().page("http://api.test/odd", R"({"count":"many","items":[{"id":1}]})");
  Recorder session;
  read(source.connection, {}, session, everything(connector), {});
  EXPECT_THAT(session.of("counted"), ElementsAre("stream", "event STARTED", "event ESTIMATE 7", "event RUNNING",
                                                 "records 1", "records 2", "state {}", "event COMPLETE"));
  EXPECT_EQ(world.counters.stream("counted").expected, 7U);
  EXPECT_THAT(session.of("odd"), ::testing::Not(::testing::Contains(::testing::HasSubstr("ESTIMATE"))));
}

TEST(Read, F062_RecordsWithoutACursorArePassedOnAndSaid) {
  World world;
  TestConnector connector;
  std::string highest;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                     integ_request request{};
                     request.size = sizeof request;
                     request.url = str("http://api.test/orders");
                     const integ_observe observe{str("/updated_at"), INTEG_OBSERVE_MAX, INTEG_OBSERVE_TIME};
                     integ_emit options{};
                     options.size = sizeof options;
                     options.records = str("/items");
                     options.observe = &observe;
                     options.observe_count = 1;
                     integ_response* answer = nullptr;
                     std::uint64_t emitted = 0;
                     const integ_status status = host.emit_batch(context, &request, &options, &answer, &emitted);
                     integ_value value{};
                     value.size = sizeof value;
                     EXPECT_EQ(host.observed(context, answer, 0, &value), INTEG_OK);
                     highest = testing::text_of(value);
                     return status;
                   }});
  Source source(world, connector);
  source.pages().page("http://api.test/orders",
                      R"({"items":[{"id":1,"updated_at":null},{"id":2},{"id":3,"updated_at":"2026-01-01"}]})");
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(session.record_count, 3U);
  EXPECT_EQ(highest, "2026-01-01");
  EXPECT_EQ(world.lines.with("2 records have no value in the field"), 1U);
}

TEST(Read, GoesOnFromItsState) {
  World world;
  TestConnector connector;
  std::string seen;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                     seen = document(host, context, INTEG_DOC_STATE);
                     return host.emit_state(context, {nullptr, 0});
                   }});
  Source source(world, connector);
  Recorder session;
  ReadRequest request = everything(connector);
  request.state.streams[{"orders", ""}] = R"({"since":"2024"})";
  read(source.connection, {}, session, request, {});
  EXPECT_EQ(seen, R"({"since":"2024"})");
  EXPECT_EQ(session.count(R"(state orders {"since":"2024"})"), 1U) << "the state as it came in";
}

TEST(Read, WhatIsDurableAtTheDestinationWinsOverTheState) {
  for (const bool from_scratch : {false, true}) {
    World world;
    TestConnector connector;
    std::string seen;
    connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                       seen = document(host, context, INTEG_DOC_STATE);
                       return integ_status{INTEG_OK};
                     }});
    Source source(world, connector);
    Recorder session;
    session.restored["orders"] = R"({"since":"destination"})";
    ReadRequest request = everything(connector);
    request.from_scratch = from_scratch;
    if (!from_scratch) request.state.streams[{"orders", ""}] = R"({"since":"host"})";
    read(source.connection, {}, session, request, {});
    EXPECT_EQ(seen, from_scratch ? "null" : R"({"since":"destination"})");
  }
}

TEST(Read, AFullRefreshAsksTheDestinationNothing) {
  World world;
  TestConnector connector;
  std::string seen;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                     seen = document(host, context, INTEG_DOC_STATE);
                     return integ_status{INTEG_OK};
                   }});
  Source source(world, connector);
  Recorder session;
  session.restored["orders"] = R"({"since":"destination"})";
  read(source.connection, {}, session, everything(connector, SyncMode::full_refresh), {});
  EXPECT_EQ(seen, "null");
}

TEST(Read, ALimitCutsTheRecordsAndMovesNoStateBeyondThem) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = pages_of("orders", 3)});
  Source source(world, connector);
  serve(source.pages(), "orders", 3);
  Recorder session;
  ReadRequest request = everything(connector);
  request.limit = 3;
  const ReadResult result = read(source.connection, {}, session, request, {});
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(result_of(result, "orders").records, 3U);
  EXPECT_EQ(source.pages().asked(url("orders", 3)), 0U);
  EXPECT_THAT(session.of("orders"), ElementsAre("stream", "event STARTED", "event RUNNING", "records 10 11",
                                                R"(state {"page":1})", "records 20", "event COMPLETE"));
}

TEST(Read, SelectedFieldsAreCutWhereTheAdapterAsksForIt) {
  for (const bool cut : {true, false}) {
    World world;
    TestConnector connector;
    std::string schema;
    std::string selection;
    connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                       schema = document(host, context, INTEG_DOC_SCHEMA);
                       selection = document(host, context, INTEG_DOC_SELECTION);
                       return emit(host, context, "http://api.test/p");
                     }});
    Source source(world, connector);
    source.pages().page("http://api.test/p", R"({"items":[{"id":1,"name":"a","more":[1, 2]},{"name":"b","id":2}]})");
    Recorder session;
    ReadRequest request = everything(connector);
    request.cut_fields = cut;
    request.catalog.streams[0].selection.fields = {{"/id"}};
    read(source.connection, {}, session, request, {});
    EXPECT_THAT(schema, ::testing::Not(HasSubstr("name"))) << "the connector is always told";
    EXPECT_THAT(selection, HasSubstr(R"("fields":["/id"])"));
    EXPECT_EQ(session.count("records orders 1 2"), cut ? 1U : 0U);
    EXPECT_EQ(session.count(R"(records orders {"id":1,"name":"a","more":[1, 2]} {"name":"b","id":2})"), cut ? 0U : 1U);
  }
}

TEST(Read, FeedsTheStreamsOfAnInterleavedRun) {
  World world;
  TestConnector connector;
  connector.stream("a", {});
  connector.stream("b", {});
  connector.stream("left_out", {});
  connector.interleaved([](const integ_host& host, integ_http_context* context) -> integ_status {
    EXPECT_EQ(host.stream(context), nullptr);
    EXPECT_EQ(host.emit_values(context, str("{}")), INTEG_E_UNSUPPORTED) << "to no stream";
    for (const char* name : {"a", "b", "left_out"}) {
      integ_http_context* stream = nullptr;
      if (const integ_status status = host.open_stream(context, str(name), &stream); status != INTEG_OK) return status;
      EXPECT_EQ(stream == nullptr, std::string(name) == "left_out");
      if (stream == nullptr) continue;
      EXPECT_EQ(std::string(host.stream(stream)->name.data, host.stream(stream)->name.size), name);
      if (const integ_status status = host.emit_values(stream, str(R"([{"id":1},{"id":2}])")); status != INTEG_OK)
        return status;
      if (const integ_status status = emit_state(host, stream, R"({"x":1})"); status != INTEG_OK) return status;
    }
    return INTEG_OK;
  });
  Source source(world, connector);
  Recorder session;
  ReadRequest request = everything(connector);
  request.catalog.streams.pop_back();
  const ReadResult result = read(source.connection, {}, session, request, {});
  for (const char* name : {"a", "b"}) {
    EXPECT_TRUE(result_of(result, name).complete);
    EXPECT_THAT(session.of(name), ElementsAre("stream", "event STARTED", "event RUNNING", "records 1 2",
                                              R"(state {"x":1})", "event COMPLETE"));
  }
  EXPECT_THAT(session.of("left_out"), IsEmpty());
}

TEST(Read, RunsDiscoveredStreamsByTheDynamicRunner) {
  World world;
  TestConnector connector;
  connector.discover([](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; });
  std::string name;
  std::string data;
  connector.dynamic({.run = [&](const integ_host& host, integ_http_context* context) {
    name.assign(host.stream(context)->name.data, host.stream(context)->name.size);
    data = document(host, context, INTEG_DOC_DATA);
    return host.emit_values(context, str(R"({"id":7})"));
  }});
  Source source(world, connector);
  integ_stream found{};
  found.size = sizeof found;
  found.name = str("found");
  found.json_schema = str(R"({"type":"object","properties":{"id":{}}})");
  found.data = str(R"({"path":"/found"})");
  DiscoveredStreams discovered;
  discovered.push_back(plugin::read_discovered_stream(&found, "test"));
  Recorder session;
  ReadRequest request;
  request.catalog.streams.push_back(testing::selected(*discovered[0]));
  const ReadResult result = read(source.connection, discovered, session, request, {});
  EXPECT_TRUE(result_of(result, "found").complete);
  EXPECT_EQ(name, "found");
  EXPECT_EQ(data, R"({"path":"/found"})");
  EXPECT_EQ(session.count("records found 7"), 1U);
}

TEST(Read, LogLinesGoToTheSessionWhereTheProtocolCarriesThem) {
  World world;
  TestConnector connector;
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) {
                     host.log(context, INTEG_LOG_INFO, str("half way"));
                     host.fail(context, INTEG_E_INTERNAL, str("but it went well"));
                     return integ_status{INTEG_OK};
                   }});
  Source source(world, connector);
  Recorder session;
  ReadRequest request = everything(connector);
  request.log_to_session = true;
  read(source.connection, {}, session, request, {});
  EXPECT_EQ(session.count("log orders half way"), 1U);
  EXPECT_EQ(session.count("log orders but it went well"), 1U) << "OK after fail() is a warning";
  EXPECT_EQ(world.lines.with("half way"), 0U);
  world.log.info({}, "afterwards");
  EXPECT_EQ(world.lines.with("afterwards"), 1U);
}

}  // namespace
}  // namespace integ::sync
