// No secret in a state: cut from links where it goes by itself, else refused.
#include "sync/state_secrets.hpp"

#include "support.hpp"

namespace integ::sync {
namespace {

using ::testing::AllOf;
using testing::emit;
using testing::emit_state;
using testing::everything;
using testing::expect_error;
using ::testing::HasSubstr;
using testing::items;
using ::testing::Not;
using testing::Recorder;
using testing::result_of;
using testing::Source;
using testing::str;
using testing::TestConnector;
using testing::World;

std::string cleaned(const std::string& state, const std::string& secret = "SuperSecret/Tok3n+") {
  Secrets secrets;
  secrets.add(secret);
  return without_secrets(state, {"access_token", "api key"}, secrets);
}

TEST(StateSecrets, AreCutFromLinksByTheParameterThatIsPutBack) {
  EXPECT_EQ(cleaned(R"({"next":"/get?access_token=SuperSecret%2FTok3n%2B&page=2"})"), R"({"next":"/get?page=2"})");
  EXPECT_EQ(cleaned(R"({"next":"/get?access_token=SuperSecret/Tok3n+&page=2"})"), R"({"next":"/get?page=2"})");
  EXPECT_EQ(cleaned(R"({"a":[{"next":"https://h/p?x=1&access%5Ftoken=SuperSecret%2fTok3n%2b#top"}],"n":1.50})"),
            R"({"a":[{"next":"https://h/p?x=1#top"}],"n":1.50})");
  EXPECT_EQ(cleaned(R"({"next":"\/get?access_token=SuperSecret\/Tok3n+\u0026page=2"})"), R"({"next":"/get?page=2"})")
      << "as other writers escape";
  EXPECT_EQ(cleaned(R"({"next":"p?access_token=SuperSecret/Tok3n+"})"), R"({"next":"p"})");
  EXPECT_EQ(cleaned(R"({"next":"/get?api%20key=two+words&page=2"})", "two words"), R"({"next":"/get?page=2"})");
  EXPECT_EQ(cleaned(R"({"next":"/get?access_token=abc&page=2"})", "abc"), R"({"next":"/get?page=2"})")
      << "short ones by their place";
}

TEST(StateSecrets, WhatHoldsNoneStaysAsItIs) {
  for (const char* state : {R"({"next":"/get?access_token=another&page=2","n":1e2})", R"({"a":"\u0041?","b":null})",
                            R"({"since":120240131,"at":"x12345y"})"}) {
    EXPECT_EQ(cleaned(state), state);
    EXPECT_EQ(cleaned(state, "12345"), state);
    EXPECT_EQ(cleaned(state, "20240"), state) << "digits of a longer number";
  }
}

TEST(StateSecrets, AreRefusedWhereTheyCantBeCut) {
  for (const char* state : {
           R"({"cursor":"SuperSecret/Tok3n+"})",
           R"({"a":{"cursor":"x SuperSecret%2FTok3n%2B y"}})",
           R"({"cursor":"SuperSecret\/Tok3n+"})",
           R"({"cursor":"U3VwZXJTZWNyZXQvVG9rM24r"})",
           R"({"next":"/get?token=SuperSecret/Tok3n+&page=2"})",
           R"({"next":"/go?to=%2Fget%3Faccess_token%3DSuperSecret%2FTok3n%2B"})",
           R"({"SuperSecret/Tok3n+":1})",
       }) {
    expect_error(Kind::config, "a secret stands in", [&] { cleaned(state); });
  }
  expect_error(Kind::config, "the state at /pin", [] { cleaned(R"({"pin":1234567})", "1234567"); });
}

// As a server does that repeats the key in its links.
void read_linked(const std::string& state, bool by_query, Recorder& session, World& world, ReadResult& result) {
  TestConnector connector;
  connector.authorize([by_query](const integ_host& host, integ_http_context* context) {
    integ_pair pair{};
    pair.name = str(by_query ? "access_token" : "X-Key");
    pair.value = str("SuperSecretTok3n");
    return by_query ? host.set_auth(context, nullptr, 0, &pair, 1, 0) : host.set_auth(context, &pair, 1, nullptr, 0, 0);
  });
  connector.stream("orders", {.run = [state](const integ_host& host, integ_http_context* context) {
                     const integ_status status = emit(host, context, "http://api.test/p");
                     return status == INTEG_OK ? emit_state(host, context, state) : status;
                   }});
  Source source(world, connector);
  source.pages().page(by_query ? "http://api.test/p?access_token=SuperSecretTok3n" : "http://api.test/p", items(1, 1));
  result = read(source.connection, {}, session, everything(connector), {});
}

TEST(StateSecrets, DoNotGoOutWithAState) {
  World world;
  Recorder session;
  ReadResult result;
  read_linked(R"({"next":"/p?access_token=SuperSecretTok3n&page=2"})", true, session, world, result);
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_THAT(session.of("orders"), ::testing::Contains(HasSubstr(R"({"next":"/p?page=2"})")));
  EXPECT_THAT(::testing::PrintToString(session.calls()), Not(HasSubstr("SuperSecret")));
}

TEST(StateSecrets, ARefusedStateIsTheStreamsErrorAndShowsNothing) {
  World world;
  Recorder session;
  ReadResult result;
  read_linked(R"({"next":"/p?access_token=SuperSecretTok3n&page=2"})", false, session, world, result);
  const StreamResult& orders = result_of(result, "orders");
  ASSERT_TRUE(orders.error);
  EXPECT_THAT(std::string(orders.error->what()),
              AllOf(HasSubstr("stream orders"), HasSubstr("the state at /next"), Not(HasSubstr("SuperSecret"))));
  EXPECT_THAT(::testing::PrintToString(session.calls()), Not(HasSubstr("SuperSecret")));
}

TEST(StateSecrets, NoSlicesKeyIsOne) {
  World world;
  world.secrets.add("SuperSecretTok3n");
  TestConnector connector;
  connector.stream("orders", {.run = [](const integ_host&, integ_http_context*) -> integ_status { return INTEG_OK; },
                              .slices =
                                  [](const integ_host& host, integ_http_context* context) {
                                    return host.add_slice(context, str("shop SuperSecretTok3n"), str("{}"), 1);
                                  }});
  Source source(world, connector);
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  ASSERT_TRUE(result_of(result, "orders").error);
  EXPECT_THAT(std::string(result_of(result, "orders").error->what()), HasSubstr("key of a slice"));
}

}  // namespace
}  // namespace integ::sync
