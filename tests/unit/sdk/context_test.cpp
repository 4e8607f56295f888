#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using integ::testing::Host;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Config {
  std::string url = "http://h";
};
INTEG_FIELDS(Config, url)

struct Row {
  int id;
  std::string text;
};
INTEG_FIELDS(Row, id, text)

integ::Source source(std::function<void(integ::HttpContext&)> run) {
  return integ::Source::with_config<Config>("x", "1.0.0")
      .stream(integ::incremental<Row>("rows").primary_key("/id"), std::move(run));
}

integ::testing::Result run(Host host, std::function<void(integ::HttpContext&)> body) {
  auto one = source(std::move(body));
  return host.run(one.descriptor(), "rows");
}

TEST(Context, ValuesGoOutBeforeTheStateThatCoversThem) {
  const auto result = run(Host(), [](integ::HttpContext& ctx) {
    ctx.emit_value(Row{1, "a"});
    ctx.emit_state(std::map<std::string, int>{{"at", 1}});
    ctx.emit_values(std::vector<Row>{{2, "b"}, {3, "c"}});
  });
  EXPECT_TRUE(result.ok()) << result.error;
  using integ::testing::Output;
  EXPECT_THAT(result.outputs,
              ElementsAre(Output{"record", R"({"id":1,"text":"a"})", "rows"}, Output{"state", R"({"at":1})", "rows"},
                          Output{"record", R"({"id":2,"text":"b"})", "rows"},
                          Output{"record", R"({"id":3,"text":"c"})", "rows"}));
}

TEST(Context, ValuesAreGathered) {
  Host host;
  // Were each one a call, the third would fail.
  host.fail_call(3, INTEG_E_OUTPUT);
  const auto result = run(host, [](integ::HttpContext& ctx) {
    for (int i = 0; i < 1500; ++i) ctx.emit_value(Row{i, std::string(64, 'x')});
  });
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.records(), SizeIs(1500));
}

TEST(Context, TheStateAsItCameIn) {
  Host host;
  host.state(R"({"k": [1]})");
  EXPECT_EQ(run(host, [](integ::HttpContext& ctx) { ctx.emit_state(); }).state(), R"({"k": [1]})");
  EXPECT_EQ(run(Host(), [](integ::HttpContext& ctx) { ctx.emit_state(); }).state(), "{}");
}

TEST(Context, EveryEndBecomesItsStatus) {
  const auto status = [](std::function<void(integ::HttpContext&)> body) {
    const auto result = run(Host(), std::move(body));
    return std::to_string(result.status) + " " + result.error;
  };
  EXPECT_EQ(status([](integ::HttpContext& ctx) { ctx.fail(integ::Failure::auth, "No more."); }), "-5 No more.");
  EXPECT_EQ(status([](integ::HttpContext&) { throw std::runtime_error("oh"); }), "-1 oh");
  EXPECT_THAT(status([](integ::HttpContext&) { throw 5; }), HasSubstr("-1 The connector threw"));
  EXPECT_THAT(status([](integ::HttpContext& ctx) { ctx.fetch(integ::Request("http://elsewhere/")); }),
              HasSubstr("-6 http://elsewhere/"));
}

TEST(Context, ACatchOfExceptionsSwallowsNoCancellation) {
  Host host;
  host.config("{\"url\":\"http://h\"}").page("http://h", "{}").cancel_after(1);
  const auto result = run(host, [](integ::HttpContext& ctx) {
    for (;;) {
      try {
        ctx.fetch(integ::Request("http://h"));
      } catch (const std::exception&) {
      }
    }
  });
  EXPECT_EQ(result.status, INTEG_CANCELLED);
}

TEST(Context, TryTwinsAnswerAndLeaveTheAnswerReadable) {
  Host host;
  host.config("{\"url\":\"http://h\"}")
      .answer("http://h/gone", {410, R"({"why":"moved"})", {{"X-A", "1"}, {"x-a", "2"}}});
  const auto result = run(host, [](integ::HttpContext& ctx) {
    integ::Response page;
    const auto status = ctx.try_fetch(integ::Request("http://h/gone"), page);
    EXPECT_FALSE(status);
    EXPECT_TRUE(status.is(integ::Failure::not_found));
    EXPECT_EQ(page.status(), 410);
    EXPECT_EQ(page.string("/why"), "moved");
    EXPECT_EQ(page.header("x-A"), "1");
    EXPECT_EQ(page.header("absent"), "");
    EXPECT_THAT(page.headers("X-a"), ElementsAre("1", "2"));
    EXPECT_THAT(ctx.error(), HasSubstr("410"));
  });
  EXPECT_TRUE(result.ok());
}

TEST(Context, LinkHeaders) {
  Host host;
  host.config("{\"url\":\"http://h\"}")
      .answer("http://h/x", {200, "[]", {{"Link", R"(<http://h/1>; rel="prev", </x?p=2>; rel=next; title="t")"}}});
  run(host, [](integ::HttpContext& ctx) {
    const auto page = ctx.fetch(integ::Request("http://h/x"));
    EXPECT_EQ(page.link_header("next"), "http://h/x?p=2");
    EXPECT_EQ(page.link_header("prev"), "http://h/1");
    EXPECT_EQ(page.link_header("ne"), "");
  });
}

TEST(Context, AnAnswerThatIsNoJsonHasNoMembers) {
  Host host;
  host.config("{\"url\":\"http://h\"}").page("http://h/x", "<html>").page("http://h/y", R"({"n":[],"o":{"id":1}})");
  const auto result = run(host, [](integ::HttpContext& ctx) {
    EXPECT_FALSE(ctx.fetch(integ::Request("http://h/x")).has(""));
    const auto page = ctx.fetch(integ::Request("http://h/y"));
    EXPECT_EQ(page.as<Row>("/o").id, 1);
    page.string("/n");
  });
  EXPECT_EQ(result.status, INTEG_E_MALFORMED);
  EXPECT_THAT(result.error, HasSubstr("a string was expected, an array was found"));
}

TEST(Context, SelectionAndSchema) {
  Host host;
  host.selection(
      R"({"sync_mode":"incremental","cursor_field":["at"],"primary_key":[["id"]],"fields":["/id","/text"],"started_at":"2024-01-01T00:00:00Z"})");
  run(host, [](integ::HttpContext& ctx) {
    EXPECT_EQ(ctx.selection().sync_mode, "incremental");
    EXPECT_THAT(ctx.selection().primary_key, ElementsAre(ElementsAre("id")));
    EXPECT_THAT(ctx.selected_fields(), ElementsAre("/id", "/text"));
    EXPECT_TRUE(ctx.schema().at("/properties/text"));
    EXPECT_EQ(ctx.stream_name(), "rows");
  });
}

TEST(Context, InterleavedStreamsGetTheirOwn) {
  auto connector = integ::Source::with_config<Config>("x", "1.0.0")
                       .stream(integ::non_incremental<Row>("a"))
                       .stream(integ::non_incremental<Row>("b"))
                       .interleaved([](integ::HttpContext& ctx) {
                         EXPECT_EQ(ctx.stream_name(), "");
                         EXPECT_EQ(ctx.open_stream("unselected"), nullptr);
                         auto page = ctx.fetch(integ::Request("http://h/all"));
                         ctx.open_stream("a")->emit_response(page, "/a");
                         ctx.open_stream("b")->emit_value(Row{5, "five"});
                       });
  Host host;
  host.config("{\"url\":\"http://h\"}").page("http://h/all", R"({"a":[{"id":1}]})");
  const auto result = host.interleaved(connector.descriptor());
  EXPECT_TRUE(result.ok()) << result.error;
  using integ::testing::Output;
  EXPECT_THAT(result.outputs,
              ElementsAre(Output{"record", R"({"id":1})", "a"}, Output{"record", R"({"id":5,"text":"five"})", "b"}));
}

TEST(Context, DiscoverAndAuthorize) {
  auto connector = integ::Source::with_config<Config>("x", "1.0.0")
                       .discover(
                           [](integ::HttpContext& ctx) {
                             ctx.add_stream(integ::incremental("table").primary_key("/id").data(Row{1, "t"}));
                           },
                           [](integ::HttpContext& ctx) { ctx.emit_value(ctx.data<Row>()); })
                       .authorize([](integ::HttpContext& ctx) {
                         ctx.update_config(std::map<std::string, std::string>{{"refresh", "r2"}});
                         ctx.set_auth(integ::Auth().bearer("t").query("k", 1).valid_for(std::chrono::minutes(5)));
                       });
  Host host;
  const auto* descriptor = connector.descriptor();
  EXPECT_THAT(host.discover(descriptor).streams, ElementsAre("table"));
  ASSERT_NE(descriptor->dynamic, nullptr);
  const auto result = host.authorize(descriptor);
  EXPECT_THAT(result.config_patches, ElementsAre(R"({"refresh":"r2"})"));
  EXPECT_THAT(result.auth, ElementsAre(::testing::Pair("Authorization", "Bearer t"), ::testing::Pair("k", "1")));
}

// In basic authentication it would be coded, and nothing but a wrong password.
TEST(Auth, ALineBreakInACredentialIsToldByItsPlace) {
  const std::pair<integ::Authorize, const char*> all[] = {{integ::auth::basic("/user", "/key"), "/key"},
                                                          {integ::auth::basic("/key", "/user"), "/key"},
                                                          {integ::auth::bearer("/key"), "/key"},
                                                          {integ::auth::header("X-Key", "/key"), "/key"}};
  for (const auto& [authorize, place] : all) {
    auto connector = source([](integ::HttpContext&) {}).authorize(authorize);
    Host host;
    host.config(R"({"url":"http://h","user":"u","key":"k\n"})");
    const auto result = host.authorize(connector.descriptor());
    EXPECT_EQ(result.status, INTEG_E_CONFIG);
    EXPECT_THAT(result.error, HasSubstr(std::string("a control character at ") + place));
  }
}

TEST(Source, ACheckOfTheSourceIsTheCheckOfEveryStreamWithoutOne) {
  int checks = 0;
  auto connector = source([](integ::HttpContext&) {}).check([&](integ::HttpContext&) { ++checks; });
  Host host;
  EXPECT_TRUE(host.check(connector.descriptor(), "rows").ok());
  EXPECT_EQ(checks, 1);
}

TEST(Source, AFunctionMayAnswerAStatus) {
  auto connector =
      integ::Source::with_config<Config>("x", "1.0.0").stream(integ::incremental("s"), [](integ::HttpContext& ctx) {
        integ::Response page;
        return ctx.try_fetch(integ::Request("http://h/none"), page);
      });
  Host host;
  host.config("{\"url\":\"http://h\"}");
  EXPECT_EQ(host.run(connector.descriptor(), "s").status, INTEG_E_NOT_FOUND);
}

TEST(Plugin, CarriesSeveralConnectorsAndAdapters) {
  static const integ_adapter adapter{};
  struct Foreign {
    const integ_adapter* descriptor() const { return &adapter; }
  };
  const auto plugin =
      integ::detail::make_plugin(source([](integ::HttpContext&) {}), Foreign{}, source([](integ::HttpContext&) {}));
  EXPECT_EQ(plugin->descriptor()->connector_count, 2U);
  EXPECT_EQ(plugin->descriptor()->adapter_count, 1U);
  EXPECT_EQ(plugin->descriptor()->adapters[0], &adapter);

  const auto both = integ::detail::make_plugin(source([](integ::HttpContext&) {}), integ::Adapter("rows", "1.0.0"));
  ASSERT_EQ(both->descriptor()->adapter_count, 1U);
  EXPECT_EQ(integ::detail::view(both->descriptor()->adapters[0]->name), "rows");
}

}  // namespace
