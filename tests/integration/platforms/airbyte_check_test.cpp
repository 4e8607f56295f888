// `integ source NAME check`: quick, true, and an answer whatever it says.
#include "integration/platforms/platform_test.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class AirbyteCheck : public PlatformTest {
 protected:
  Messages check() {
    const Outcome run = integ({"source", "pokeapi", "check", "--config", "config.json"});
    EXPECT_EQ(run.exit_code, 0) << run;
    return Messages(run.out);
  }
  void expect_failed(const std::string& reason) {
    const Messages messages = check();
    EXPECT_THAT(messages.texts("CONNECTION_STATUS", "/connectionStatus/status"), ElementsAre("FAILED"));
    EXPECT_THAT(messages.texts("CONNECTION_STATUS", "/connectionStatus/message"), ElementsAre(HasSubstr(reason)));
    EXPECT_EQ(messages.count("TRACE"), 0u);
  }
};

TEST_F(AirbyteCheck, F057_AnEndlessListIsAskedForOnePage) {
  api.set_handler("/pokemon", [this](const fixture_api::Request& request) {
    const std::string offset(request.parameter("offset"));
    const std::string next = std::to_string(offset.empty() ? 1 : std::stoi(offset) + 1);
    return fixture_api::Response{.body = page_of(pokemon_of({next}), api.url("/pokemon?offset=" + next))};
  });
  EXPECT_THAT(check().texts("CONNECTION_STATUS", "/connectionStatus/status"), ElementsAre("SUCCEEDED"));
  EXPECT_EQ(api.count(), 1u);
}

TEST_F(AirbyteCheck, F057_RefusedCredentialsFailAfterOneRequest) {
  api.fail("*", Fault::with_status(401).body("<h1>expired\x01</h1>", "text/html").for_ever());
  expect_failed("401");
  EXPECT_EQ(api.count(), 1u);
}

TEST_F(AirbyteCheck, APageOfHtmlFails) {
  api.fail("*", Fault::html().for_ever());
  expect_failed("/pokemon");
  EXPECT_LE(api.count(), 2u);
}

TEST_F(AirbyteCheck, AnErrorInsideOfASuccessFails) {
  api.set_page("/pokemon", R"({"success":false,"error":{"info":"invalid key"}})");
  expect_failed("invalid key");
  EXPECT_EQ(api.count(), 1u);
}

TEST_F(AirbyteCheck, AServerThatFailsIsAskedTwice) {
  api.fail("*", Fault::with_status(503).for_ever());
  expect_failed("503");
  EXPECT_EQ(api.count(), 2u);
}

// An operator watches: the server answers the second request only when the first one's failure was told.
TEST_F(AirbyteCheck, WhatHappensIsToldWhenItHappens) {
  std::promise<void> told;
  std::atomic<int> asked{0};
  api.set_handler("/pokemon", [this, &asked, until = told.get_future().share()](const fixture_api::Request&) {
    if (++asked == 1) return fixture_api::Response{.status = 503, .body = "not now"};
    until.wait_for(patience);
    return fixture_api::Response{.body = page_of(pokemon_of({"a"}))};
  });
  const auto run = start({"source", "pokeapi", "check", "--config", "config.json"});
  EXPECT_TRUE(run->wait_for_out("503"));
  told.set_value();
  const Outcome end = run->wait();
  EXPECT_EQ(end.exit_code, 0) << end;
  EXPECT_THAT(Messages(end.out).texts("LOG", "/log/message"), ElementsAre(HasSubstr("503")));
  EXPECT_THAT(Messages(end.out).texts("CONNECTION_STATUS", "/connectionStatus/status"), ElementsAre("SUCCEEDED"));
}

TEST_F(AirbyteCheck, AWaitOfAnHourIsNotWaited) {
  api.fail("*", Fault::with_status(429).header("Retry-After", "3600").for_ever());
  expect_failed("429");
  EXPECT_LE(api.count(), 2u);
}

TEST_F(AirbyteCheck, ARefusedConnectionFails) {
  api.stop();
  expect_failed("127.0.0.1:" + std::to_string(api.port()));
}

TEST_F(AirbyteCheck, AWrongConfigurationFailsByItsPath) {
  folder.write("config.json", R"({"url":5})");
  expect_failed("/url");
  folder.write("config.json", R"({"url":"ftp://example.com"})");
  expect_failed("/url");
  folder.write("config.json", R"({"url":)");
  expect_failed("config.json");
  EXPECT_EQ(api.count(), 0u);
}

// As forms and deployments write it; a required one is missing then.
TEST_F(AirbyteCheck, ASettingThatIsNullIsOneThatWasLeftOut) {
  folder.write("config.json", R"({"url":")" + api.url("/api/v2") + R"(","details":null})");
  const Outcome run = integ({"source", "pokeapi", "check", "--config", "config.json"});
  EXPECT_THAT(run.out, HasSubstr("SUCCEEDED"));
  const Outcome missing = integ({"source", "crowd", "check", "--config",
                                 folder.write("crowd.json", R"({"url":")" + api.url() + R"(","token":null})")});
  EXPECT_THAT(missing.out, ::testing::AllOf(HasSubstr("FAILED"), HasSubstr("/token"), HasSubstr("required")));
}

TEST_F(AirbyteCheck, WhatCannotBeCheckedIsAnError) {
  const Outcome run = integ({"source", "pokeapy", "check", "--config", "config.json"});
  EXPECT_EQ(run.exit_code, 1) << run;
  const Messages messages(run.out);
  EXPECT_THAT(messages.texts("TRACE", "/trace/error/failure_type"), ElementsAre("config_error"));
  EXPECT_THAT(messages.texts("TRACE", "/trace/error/message"), ElementsAre(HasSubstr("pokeapi")));
  EXPECT_EQ(messages.count("CONNECTION_STATUS"), 0u);
}

TEST_F(AirbyteCheck, OptionsThatAreWrongSayNothingOfTheConnection) {
  folder.write("options.yaml", "concurrency: 0\n");
  const Outcome run = integ({"source", "pokeapi", "check", "--config", "config.json", "--options", "options.yaml"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_EQ(Messages(run.out).count("CONNECTION_STATUS"), 0u);
  EXPECT_THAT(Messages(run.out).texts("TRACE", "/trace/error/message"), ElementsAre(HasSubstr("options.yaml")));
}

// The other verbs: what is wrong with a file is a config_error of its name, and nothing is asked.
class AirbyteFiles : public PlatformTest {
 protected:
  void expect_config_error(const std::vector<std::string>& words, const std::string& reason) {
    const Outcome run = integ(words);
    EXPECT_EQ(run.exit_code, 1) << run;
    const Messages messages(run.out);
    EXPECT_THAT(messages.texts("TRACE", "/trace/error/failure_type"), ElementsAre("config_error"));
    EXPECT_THAT(messages.texts("TRACE", "/trace/error/message"), ElementsAre(HasSubstr(reason)));
    EXPECT_EQ(messages.count("RECORD"), 0u);
    EXPECT_EQ(api.count(), 0u);
    EXPECT_EQ((run.out + run.err).find("canary-7391"), std::string::npos) << run;
  }
};

TEST_F(AirbyteFiles, HalfAFileIsRefusedByName) {
  folder.write("half.json", R"([{"type":"STREAM","stream":{)");
  expect_config_error(read_words({"--state", "half.json"}), "half.json");
  folder.write("catalog.json", R"({"streams":[)");
  expect_config_error(read_words(), "catalog.json");
  folder.write("config.json", R"({"url":")");
  expect_config_error(read_words(), "config.json");
  expect_config_error({"source", "pokeapi", "discover", "--config", "config.json"}, "config.json");
  expect_config_error({"source", "pokeapi", "discover", "--config", "none.json"}, "none.json");
  expect_config_error({"source", "pokeapi", "read", "--config", "config.json"}, "--catalog");
}

TEST_F(AirbyteFiles, EveryViolationOfTheConfigurationIsNamed) {
  folder.write("config.json", R"({"url":5,"token":"t","limit":"many"})");
  expect_config_error({"source", "crowd", "read", "--config", "config.json", "--catalog", "catalog.json"}, "/url");
  expect_config_error({"source", "crowd", "read", "--config", "config.json", "--catalog", "catalog.json"}, "/limit");
}

// The state of each stream comes apart from those of the others: "take the last line" would lose them.
TEST_F(AirbyteFiles, F059_OfAStateOfSeveralLinesTheLastOfEachStreamCounts) {
  serve_pages({{"a"}, {"b"}, {"c"}});
  folder.write("state.json", stream_state("pokemon", "{}") + "\n" + stream_state("pokemon", R"({"next":"/p1"})") +
                                 "\n" + stream_state("ability", R"({"next":"/p2"})") + "\n");
  const Outcome run = read({"--state", "state.json"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(Messages(run.out).texts("RECORD", "/record/data/name"), ElementsAre("b", "c"));
}

TEST_F(AirbyteFiles, JsonWhereAFileBelongsIsNotShown) {
  const std::string config = R"({"url":"u","token":"canary-7391"})";
  const std::string reason = ": expected the name of a file that holds the JSON, and not the JSON itself";
  expect_config_error({"source", "crowd", "discover", "--config", config}, "--config" + reason);
  expect_config_error({"source", "crowd", "read", "--config", config, "--catalog", "catalog.json"},
                      "--config" + reason);
  expect_config_error(read_words({"--state", "[" + config + "]"}), "--state" + reason);
  expect_config_error(read_words({"--options", " " + config}), "--options" + reason);
  expect_config_error({"source", "pokeapi", "read", "--config", "config.json", "--catalog", config},
                      "--catalog" + reason);
}

TEST_F(AirbyteFiles, AnUnreadableCommandLineIsUsage) {
  for (const auto& words : {std::vector<std::string>{"source", "pokeapi", "reed"},
                            {"source"},
                            {"source", "pokeapi"},
                            {"source", "pokeapi", "spec", "--nope"}}) {
    const Outcome run = integ(words);
    EXPECT_EQ(run.exit_code, 2) << run;
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
  }
}

TEST_F(AirbyteFiles, MarksAndCarriageReturnsOfOtherSystemsAreFine) {
  serve_pages({{"a"}});
  const std::string mark = "\xEF\xBB\xBF";
  folder.write("config.json", mark + "{\r\n\"url\":\"" + api.url() + "\"\r\n}\r\n");
  folder.write("catalog.json", mark + configured({{"pokemon", kIncremental}}) + "\r\n");
  folder.write("state.json", mark + "[]\r\n");
  const Outcome run = read({"--state", "state.json"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(Messages(run.out).count("RECORD"), 1u);
}

TEST_F(AirbyteFiles, F052_DiscoveryAndSpecAreOfflineAndLeaveNullsOut) {
  for (const char* verb : {"spec", "discover"}) {
    const Outcome run = integ({"source", "pokeapi", verb});
    EXPECT_EQ(run.exit_code, 0) << run;
    EXPECT_EQ(Messages(run.out).lines().size(), 1u);
    EXPECT_THAT(run.out, Not(HasSubstr("namespace")));
  }
  EXPECT_EQ(api.count(), 0u);
}

}  // namespace
}  // namespace integration
