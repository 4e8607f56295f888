// What an operator says of the network, with the whole program: certificates, proxies, addresses, rules, recordings.
#include "integration/pipelines/pipeline_test.hpp"
#include "raw_server.hpp"

namespace {

using namespace integration;
using ::integ::http::testing::Authority;
using ::integ::http::testing::ipv6_works;
using ::integ::http::testing::RawServer;
using ::integ::http::testing::Tls;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Network : public PipelineTest {
 protected:
  static std::string record(const std::string& name) { return R"({"name":")" + name + R"(","url":"u"})"; }
  // A server of pages with TLS; {host} in a page is the server's own.
  static RawServer secure(const Authority& authority, const std::string& host = "127.0.0.1") {
    return RawServer({RawServer::answer("200 OK", page_of(record("a")))}, "127.0.0.1",
                     Tls{.identity = authority.issue({.host = host})});
  }
  Outcome read(const std::string& url, const std::string& http = "{}", const Extra& extra = {}) {
    folder.write("p.yaml", pipeline("pokeapi", "{url: \"" + url + "\"}", "{protocol: jsonl, bare: true}",
                                    "http: " + http + "\n"));
    return integ({"run", "p.yaml", "--full-refresh"}, extra);  // each run asks another server
  }
};

// F088
TEST_F(Network, F088_APrivateAuthority) {
  const Authority authority;
  const RawServer server = secure(authority);
  folder.write("ca.pem", authority.pem());
  const Outcome refused = read(server.url(""));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("certificate"), HasSubstr("the system's certificate store")));
  EXPECT_EQ(server.connections(), 1);
  const Outcome bundled = read(server.url(""), "{ca_bundle: ca.pem}");
  EXPECT_EQ(bundled.exit_code, 0) << bundled.err;
  const Outcome by_variable = read(server.url(""), "{}", {.environment = {{"SSL_CERT_FILE", folder.path("ca.pem")}}});
  EXPECT_EQ(by_variable.exit_code, 0) << by_variable.err;
  EXPECT_THAT(lines_of(by_variable.out), ElementsAre(record("a")));
  const Outcome missing = read(server.url(""), "{ca_bundle: none.pem}");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("none.pem"));
}

// F005
TEST_F(Network, F005_ALinkThatSaysHttpUnderHttps) {
  const Authority authority;
  folder.write("ca.pem", authority.pem());
  const RawServer canary({RawServer::answer("200 OK", page_of(record("b")))});
  const std::string next = "http://" + canary.host() + "/p1";
  const RawServer server({RawServer::answer("200 OK", page_of(record("a"), next))}, "127.0.0.1",
                         Tls{.identity = authority.issue({})});
  const Outcome refused = read(server.url(""), "{ca_bundle: ca.pem}");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("http"), HasSubstr(canary.host())));
  EXPECT_THAT(lines_of(refused.out), ElementsAre(record("a")));
  EXPECT_EQ(canary.connections(), 0);

  // TLS ends in front of a server that knows nothing of it.
  const RawServer fronted({RawServer::answer("200 OK", page_of(record("a"), "http://127.0.0.1/p1")),
                           RawServer::answer("200 OK", page_of(record("b")))},
                          "127.0.0.1", Tls{.identity = authority.issue({})});
  const Outcome upgraded = read(fronted.url(""), "{ca_bundle: ca.pem}");
  EXPECT_EQ(upgraded.exit_code, 0) << upgraded.err;
  EXPECT_THAT(lines_of(upgraded.out), ElementsAre(record("a"), record("b")));
}

// F087
TEST_F(Network, F087_ProxiesAndTheirExceptions) {
  const RawServer proxy({RawServer::answer("200 OK", page_of(record("by proxy")))});
  api.set_page("/pokemon", page_of(record("direct")));
  Extra extra;
  extra.environment["http_proxy"] = proxy.url("");
  EXPECT_THAT(read(api.url(), "{}", extra).out, HasSubstr("by proxy"));
  EXPECT_THAT(proxy.requests().at(0).target(), HasSubstr(api.url("/pokemon")));
  extra.environment["no_proxy"] = "127.0.0.1";
  EXPECT_THAT(read(api.url(), "{}", extra).out, HasSubstr("direct"));
  EXPECT_EQ(proxy.requests().size(), 1U);

  const std::string with_password = "http://me:canary-1234@" + proxy.host();
  EXPECT_THAT(read(api.url(), "{proxy: \"" + with_password + "\"}").out, HasSubstr("by proxy"));
  EXPECT_TRUE(proxy.requests().at(1).has("Proxy-Authorization"));
}

TEST_F(Network, AProxysRefusalIsNotTheServersAndItsPasswordIsNotShown) {
  const RawServer proxy({RawServer::answer("407 Proxy Authentication Required", "who is me:canary-1234?")});
  for (const char* url : {"http://api.test", "https://api.test"}) {
    const Outcome run = read(url, "{proxy: \"http://me:canary-1234@" + proxy.host() + "\"}");
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.err, AllOf(HasSubstr("proxy"), HasSubstr("407"), Not(HasSubstr("canary")))) << url;
  }
  EXPECT_EQ(proxy.requests().size(), 2U);
}

// F089
TEST_F(Network, F089_Ipv6Literals) {
  if (!ipv6_works()) GTEST_SKIP() << "no ::1 here";
  const RawServer server({RawServer::answer("200 OK", page_of(record("a")))}, "::1");
  const Outcome run = read(server.url(""));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(lines_of(run.out), ElementsAre(record("a")));
  EXPECT_EQ(server.requests().at(0).header("Host"), server.host());
}

TEST_F(Network, PrivateAddressesAreBlockedWhateverTheirName) {
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost")}) {
    const Outcome run = read("http://" + host + ":" + std::to_string(api.port()), "{block_private: true}");
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.err, HasSubstr("block_private"));
  }
  EXPECT_EQ(api.connections(), 0U);
}

TEST_F(Network, RulesSayWhatAnswersMean) {
  api.set_page("/pokemon", page_of(record("a"), api.url("/p1")));
  fixture_api::Response busy;
  busy.body = R"({"code":"BUSY","results":[]})";
  int asked = 0;
  api.set_handler("/p1", [&](const fixture_api::Request&) {
    fixture_api::Response page;
    page.body = page_of(record("b"), api.url("/p2"));
    return ++asked == 1 ? busy : page;
  });
  fixture_api::Response gone;
  gone.status = 404;
  gone.headers = {{"X-Empty", "yes"}};
  api.set_page("/p2", gone);
  const std::string rules = R"({rules: [{pointer: /code, equals: BUSY, then: rate_limited},
    {status: 4xx, header: X-Empty, equals: "yes", then: ignore}]})";
  const Outcome run = read(api.url(), rules);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(lines_of(run.out), ElementsAre(record("a"), record("b")));
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(read(api.url(), "{rules: [{status: 404, then: fail}]}").exit_code, 1);
}

// F029
TEST_F(Network, F029_AZeroRetryAfterForEver) {
  api.set_page("/pokemon", page_of(record("a"), api.url("/p1")));
  api.fail("/p1", Fault::with_status(429).header("Retry-After", "0").for_ever());
  const Outcome run = read(api.url(), "{max_attempts: 2}");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(lines_of(run.out), ElementsAre(record("a")));
  EXPECT_EQ(api.count("/p1"), 2U);
}

TEST_F(Network, WhatIsRecordedIsReplayedWithoutANetwork) {
  std::string url;
  {
    FixtureApi server;
    url = server.url();
    server.set_handler("/things", [](const fixture_api::Request& request) {
      fixture_api::Response response;
      const bool first = request.parameter("page") == "1";
      response.body = R"({"items":[{"id":)" + std::string(first ? "1" : "2") + R"(}],"next_page":)" +
                      (first ? "2" : "null") + R"(,"you":")" + std::string(request.header("Authorization")) + "\"}";
      return response;
    });
    server.fail("/things", Fault::with_status(503));
    folder.write("p.yaml", pipeline("guarded", "{url: \"" + url + "\", token: \"${TOKEN}\"}", "{protocol: jsonl}",
                                    "streams: [things]\n"));
    const Outcome recorded = integ({"run", "p.yaml", "--full-refresh", "--record", "tape.jsonl"},
                                   {.environment = {{"TOKEN", "canary-123"}}});
    ASSERT_EQ(recorded.exit_code, 0) << recorded.err;
    EXPECT_THAT(recorded.err, HasSubstr("3 exchanges recorded in tape.jsonl"));
  }
  const std::string tape = folder.read("tape.jsonl");
  EXPECT_THAT(tape, AllOf(HasSubstr("/things?page=1&size=10"), HasSubstr("503"), Not(HasSubstr("canary"))));

  const Extra other_token{.environment = {{"TOKEN", "another-token"}}};
  const Outcome replayed = integ({"run", "p.yaml", "--full-refresh", "--replay", "tape.jsonl"}, other_token);
  EXPECT_EQ(replayed.exit_code, 0) << replayed.err;
  EXPECT_EQ(lines_of(replayed.out).size(), 2U) << replayed.out;

  const Outcome lacking =
      integ({"run", "p.yaml", "--full-refresh", "--set", "config.page_size=20", "--replay", "tape.jsonl"}, other_token);
  EXPECT_EQ(lacking.exit_code, 1);
  EXPECT_THAT(lacking.err, AllOf(HasSubstr("no recording of GET " + url + "/things?page=1&size=20"),
                                 HasSubstr("tape.jsonl"), HasSubstr("--record")));

  const Outcome nowhere = integ({"run", "p.yaml", "--record", "none/tape.jsonl"}, other_token);
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("none/tape.jsonl"));
  folder.write("bad.jsonl", "{}\n");
  const Outcome bad = integ({"run", "p.yaml", "--replay", "bad.jsonl"}, other_token);
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, HasSubstr("bad.jsonl:1"));
  EXPECT_EQ(integ({"run", "p.yaml", "--replay", "tape.jsonl", "--record", "x"}, other_token).exit_code, 2);
}

TEST_F(Network, ThePlatformsCommandLinesRecordAndReplay) {
  const std::string config = R"({"url":")" + api.url("/api/v2") + "\"}";
  folder.write("config.json", config);
  folder.write("catalog.json", R"({"streams":[{"tap_stream_id":"pokemon","schema":{},"selected":true}]})");
  const std::vector<std::string> read{"tap", "pokeapi", "--config", "config.json", "--catalog", "catalog.json"};
  const auto with = [&read](const std::string& flag) {
    std::vector<std::string> words = read;
    words.insert(words.end(), {flag, "tap.jsonl"});
    return words;
  };
  const Outcome tap = integ(with("--record"));
  ASSERT_EQ(tap.exit_code, 0) << tap.err;
  const Outcome check = integ({"source", "pokeapi", "check", "--config", "config.json", "--record", "check.jsonl"});
  ASSERT_EQ(check.exit_code, 0) << check.err;
  api.stop();
  const Outcome tap_again = integ(with("--replay"));
  EXPECT_EQ(tap_again.exit_code, 0) << tap_again.err;
  EXPECT_EQ(lines_of(tap_again.out).size(), lines_of(tap.out).size());
  const Outcome check_again =
      integ({"source", "pokeapi", "check", "--config", "config.json", "--replay", "check.jsonl"});
  EXPECT_THAT(check_again.out, HasSubstr("SUCCEEDED")) << check_again.out;
  EXPECT_THAT(integ({"source", "pokeapi", "check", "--config", "config.json"}).out, HasSubstr("FAILED"));
}

}  // namespace
