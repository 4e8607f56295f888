// check() and discover(): one page at most, nothing written.
#include "sync/check.hpp"

#include "support.hpp"
#include "sync/discover.hpp"

namespace integ::sync {
namespace {

using testing::document;
using testing::emit;
using testing::emit_state;
using testing::expect_error;
using ::testing::HasSubstr;
using testing::items;
using testing::Source;
using testing::str;
using testing::TestConnector;
using testing::World;

testing::Function two_pages(integ_status& second) {
  return [&second](const integ_host& host, integ_http_context* context) -> integ_status {
    const integ_status first = emit(host, context, "http://api.test/1");
    if (first != INTEG_OK) return first;
    second = emit(host, context, "http://api.test/2");
    return second;
  };
}

TEST(Check, StopsARunAtItsFirstGoodPage) {
  World world;
  TestConnector connector;
  integ_status second = 99;
  connector.stream("orders", {.run = two_pages(second)});
  Source source(world, connector);
  source.pages().page("http://api.test/1", items(1, 2)).page("http://api.test/2", items(3, 4));
  EXPECT_NO_THROW(check(source.connection));
  EXPECT_EQ(second, 99) << "the run went on behind STOP";
  EXPECT_EQ(source.pages().asked("http://api.test/2"), 0U);
}

TEST(Check, ThrowsWhyAPageIsNotToBeHad) {
  World world;
  TestConnector connector;
  integ_status second = 99;
  connector.stream("orders", {.run = two_pages(second)});
  Source source(world, connector);
  expect_error(Kind::not_found, "http://api.test/1", [&] { check(source.connection); });
}

testing::Function refuses(integ_status status, const char* words) {
  return [=](const integ_host& host, integ_http_context* context) { return host.fail(context, status, str(words)); };
}

// Credentials that are good for some streams are good.
TEST(Check, AForbiddenStreamLeavesTheWordToTheNext) {
  World world;
  TestConnector connector;
  integ_status second = 99;
  connector.stream("customers", {.run = refuses(INTEG_E_FORBIDDEN, "no scope")});
  connector.stream("orders", {.run = two_pages(second)});
  Source source(world, connector);
  source.pages().page("http://api.test/1", items(1, 2));
  EXPECT_NO_THROW(check(source.connection));
}

TEST(Check, TheFirstRefusalIsToldWhereNoStreamMayBeRead) {
  World world;
  TestConnector connector;
  connector.stream("a", {.run = refuses(INTEG_E_FORBIDDEN, "no scope for a")});
  connector.stream("b", {.run = refuses(INTEG_E_FORBIDDEN, "no scope for b")});
  connector.stream("c", {.run = refuses(INTEG_E_FORBIDDEN, "unreachable"),
                         .slices = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; }});
  Source source(world, connector);
  expect_error(kind_of(INTEG_E_FORBIDDEN), "no scope for a", [&] { check(source.connection); });
}

TEST(Check, ManyStreamsThatRefuseAreNotAllAsked) {
  World world;
  TestConnector connector;
  int asked = 0;
  for (int i = 0; i < 50; ++i) {
    connector.stream("s" + std::to_string(i), {.run = [&asked](const integ_host& host, integ_http_context* context) {
                       ++asked;
                       return host.fail(context, INTEG_E_FORBIDDEN, str("no scope"));
                     }});
  }
  Source source(world, connector);
  expect_error(kind_of(INTEG_E_FORBIDDEN), "no scope", [&] { check(source.connection); });
  EXPECT_LE(asked, 10);
}

TEST(Check, AnyOtherErrorIsTheAnswer) {
  World world;
  TestConnector connector;
  connector.stream("a", {.run = refuses(INTEG_E_FORBIDDEN, "no scope")});
  connector.stream("b", {.run = refuses(INTEG_E_CONFIG, "the shop is closed")});
  Source source(world, connector);
  expect_error(Kind::config, "the shop is closed", [&] { check(source.connection); });
}

TEST(Check, TheStreamsOwnCheckGoesFirst) {
  World world;
  TestConnector connector;
  bool ran = false;
  std::string config;
  connector.stream("orders", {.run =
                                  [&](const integ_host&, integ_http_context*) {
                                    ran = true;
                                    return integ_status{INTEG_OK};
                                  },
                              .check = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                                config = document(host, context, INTEG_DOC_CONFIG);
                                EXPECT_EQ(host.emit_values(context, str("{}")), INTEG_E_UNSUPPORTED);
                                return host.fail(context, INTEG_E_CONFIG, str("the shop is closed"));
                              }});
  Source source(world, connector, R"({"shop":"x"})");
  expect_error(Kind::config, "the shop is closed", [&] { check(source.connection); });
  EXPECT_EQ(config, R"({"shop":"x"})");
  EXPECT_FALSE(ran);
}

TEST(Check, RunsTheFirstSliceOfASlicedStream) {
  World world;
  TestConnector connector;
  std::string slice;
  std::string selection;
  connector.stream("orders", {.run =
                                  [&](const integ_host& host, integ_http_context* context) {
                                    slice = document(host, context, INTEG_DOC_SLICE);
                                    selection = document(host, context, INTEG_DOC_SELECTION);
                                    return emit_state(host, context, "{}");
                                  },
                              .slices =
                                  [](const integ_host& host, integ_http_context* context) {
                                    host.add_slice(context, str("a"), str(R"({"n":1})"), 0);
                                    return host.add_slice(context, str("b"), str(R"({"n":2})"), 0);
                                  }});
  Source source(world, connector);
  EXPECT_NO_THROW(check(source.connection));
  EXPECT_EQ(slice, R"({"n":1})");
  EXPECT_THAT(selection, HasSubstr("started_at")) << "run finds all its documents";
}

TEST(Check, AnInterleavedRunIsStoppedByItsStream) {
  for (const bool there : {true, false}) {
    World world;
    TestConnector connector;
    connector.stream("a", {});
    connector.interleaved([](const integ_host& host, integ_http_context* context) -> integ_status {
      integ_http_context* stream = nullptr;
      EXPECT_EQ(host.open_stream(context, str("a"), &stream), INTEG_OK);
      return emit(host, stream, "http://api.test/1");
    });
    Source source(world, connector);
    if (there) {
      source.pages().page("http://api.test/1", items(1, 2));
      EXPECT_NO_THROW(check(source.connection));
    } else {
      expect_error(Kind::not_found, "http://api.test/1", [&] { check(source.connection); });
    }
  }
}

integ_stream found(const char* name) {
  integ_stream out{};
  out.size = sizeof out;
  out.name = str(name);
  out.json_schema = str(R"({"type":"object","properties":{}})");
  return out;
}

TEST(Discover, CollectsTheStreamsThatAConnectorNames) {
  World world;
  TestConnector connector;
  connector.stream("static", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; }});
  connector.discover([](const integ_host& host, integ_http_context* context) -> integ_status {
    const integ_stream one = found("one");
    const integ_stream two = found("two");
    if (const integ_status status = host.add_stream(context, &one); status != INTEG_OK) return status;
    return host.add_stream(context, &two);
  });
  Source source(world, connector);
  const DiscoveredStreams streams = discover(source.connection);
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_EQ(streams[1]->info.name, "two");
  EXPECT_TRUE(streams[1]->info.discovered);
  const std::vector<Stream> all = all_streams(connector.loaded, streams);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "static");
}

TEST(Discover, RefusesTwoOfOneNameAndTellsAFailure) {
  World world;
  TestConnector connector;
  bool fails = false;
  connector.stream("one", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; }});
  connector.discover([&](const integ_host& host, integ_http_context* context) -> integ_status {
    if (fails) return INTEG_E_AUTH;
    const integ_stream one = found("one");
    return host.add_stream(context, &one);
  });
  Source source(world, connector);
  expect_error(Kind::plugin, "two streams named one", [&] { discover(source.connection); });
  fails = true;
  expect_error(Kind::auth, "without saying why", [&] { discover(source.connection); });
}

TEST(Discover, IsWhatACheckHasWhereThereAreNoStreams) {
  World world;
  TestConnector connector;
  bool entered = false;
  connector.discover([&](const integ_host&, integ_http_context*) {
    entered = true;
    return integ_status{INTEG_OK};
  });
  Source source(world, connector);
  check(source.connection);
  EXPECT_TRUE(entered);
  const TestConnector none;
  Source without(world, none);
  EXPECT_TRUE(discover(without.connection).empty());
}

}  // namespace
}  // namespace integ::sync
