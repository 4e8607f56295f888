// The program under the names source-NAME and tap-NAME, its --options and INTEG_OPTIONS, and secrets in what it says.
#include "integration/platforms/platform_test.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Links : public PlatformTest {
 protected:
  Links() { serve_pages({{"a"}, {"b"}}); }

  std::string link(const std::string& name) {
    std::filesystem::create_symlink(integ_program(), folder.path(name));
    return folder.path(name);
  }
};

TEST_F(Links, ASourceIsWhatItsNameSays) {
  const std::string source = link("source-pokeapi");
  EXPECT_EQ(program({source, "spec"}).out, integ({"source", "pokeapi", "spec"}).out);
  const Outcome run = program({source, "read", "--config", "config.json", "--catalog", "catalog.json"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(Messages(run.out).texts("RECORD", "/record/data/name"), ElementsAre("a", "b"));
  EXPECT_EQ(program({source, "--help"}).exit_code, 0);
  EXPECT_EQ(program({source}).exit_code, 2);
  EXPECT_EQ(program({link("source-nope"), "spec"}).exit_code, 1);
}

TEST_F(Links, ATapIsWhatItsNameSays) {
  const std::string tap = link("tap-pokeapi");
  EXPECT_EQ(program({tap, "--discover"}).out, integ({"tap", "pokeapi", "--discover"}).out);
  EXPECT_EQ(program({tap, "--config", "config.json", "--state", "none.json", "--discover"}).exit_code, 0);
  const Outcome run = program({tap, "-c", "config.json", "--catalog", "properties.json"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(Messages(run.out).texts("RECORD", "/record/name"), ElementsAre("a", "b"));
  EXPECT_EQ(program({tap, "--nope"}).exit_code, 2);
  EXPECT_EQ(program({link("tap-nope"), "--discover"}).exit_code, 2);
}

TEST_F(Links, ALinkFindsThePluginsOfTheProgramItPointsTo) {
  plugins.clear();
  EXPECT_EQ(program({link("source-pokeapi"), "spec"}).exit_code, 0);
}

TEST_F(Links, OptionsRuleTheRequests) {
  api.fail("/p1", Fault::with_status(503).for_ever());
  folder.write("options.yaml", "http: {max_attempts: 2}\nconcurrency: 3\nlog: {level: error}\n");
  const auto expect_two = [&](const Outcome& run) {
    EXPECT_EQ(run.exit_code, 1) << run;
    EXPECT_EQ(api.count("/p1"), 2u);
    api.forget_requests();
  };
  expect_two(read({"--options", "options.yaml"}));
  expect_two(tap({"--options", "options.yaml"}));
  const Extra extra{.environment = {{"INTEG_OPTIONS", "options.yaml"}}, .input = {}, .out_file = {}};
  expect_two(integ(read_words(), extra));
  expect_two(integ(tap_words(), extra));
}

TEST_F(Links, OptionsThatAreWrongAreSaidWithTheirPlace) {
  const std::vector<std::pair<std::string, std::string>> wrong{{"http: {max_attempts: none}\n", "max_attempts"},
                                                               {"httpp: {}\n", "httpp"},
                                                               {"concurrency: 0\n", "concurrency"},
                                                               {"log: {level: loud}\n", "level"},
                                                               {"http: {\n", "options.yaml"},
                                                               {"\xEF\xBB\xBFlog:\r\n  {}\r\nx: 1\r\n", "3"}};
  for (const auto& [text, reason] : wrong) {
    folder.write("options.yaml", text);
    const Outcome source = read({"--options", "options.yaml"});
    EXPECT_EQ(source.exit_code, 1) << source;
    EXPECT_THAT(Messages(source.out).texts("TRACE", "/trace/error/message"),
                ElementsAre(::testing::AllOf(HasSubstr("options.yaml"), HasSubstr(reason))));
    const Outcome tap_run = tap({"--options", "options.yaml"});
    EXPECT_EQ(tap_run.exit_code, 2) << tap_run;
    EXPECT_THAT(tap_run.err, HasSubstr(reason));
  }
  EXPECT_EQ(api.count(), 0u);
}

// A token that must not be seen: in the header, in a log line of the connector's, echoed by the server.
class Secrets : public PlatformTest {
 protected:
  Secrets() {
    folder.write("config.json", R"({"url":")" + api.url() + R"(","token":")" + canary_ + R"("})");
    folder.write("catalog.json", configured({{"s01", kFullRefresh}, {"s02", kFullRefresh}}));
    folder.write("singer.json", R"({"streams":[{"tap_stream_id":"s01"},{"tap_stream_id":"s02"}]})");
    api.set_page("/s01", R"({"items":[{"id":1,"label":"x"}]})");
    api.fail("/s02", Fault::with_status(403).body("who is " + canary_ + "?", "text/plain").for_ever());
  }

  void expect_unseen(const std::vector<std::string>& words,
                     const std::map<std::string, std::string>& environment = {}) {
    const Outcome run = integ(words, {.environment = environment, .input = {}, .out_file = {}});
    EXPECT_THAT(run.out, Not(HasSubstr(canary_))) << ::testing::PrintToString(words);
    EXPECT_THAT(run.err, Not(HasSubstr(canary_))) << ::testing::PrintToString(words);
  }
  std::vector<std::string> source(const std::string& verb, const std::vector<std::string>& more) {
    std::vector<std::string> words{"source", "crowd", verb, "--config", "config.json"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  const std::string canary_ = "9876543210987654";
};

TEST_F(Secrets, NoLevelOfLoggingShowsThem) {
  const Outcome run = integ(source("read", {"--catalog", "catalog.json", "--debug"}));
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_EQ(api.requests().front().header("Authorization"), "Bearer " + canary_);
  EXPECT_THAT(run.out, HasSubstr("reading s01 with ")) << "the connector's line at debug is missing";
  EXPECT_THAT(run.out, HasSubstr("who is "));
  EXPECT_THAT(run.out + run.err, Not(HasSubstr(canary_)));

  expect_unseen(source("read", {"--catalog", "catalog.json", "--log-level", "debug"}));
  expect_unseen(source("check", {"--debug"}));
  expect_unseen(source("discover", {"--debug"}));
  expect_unseen({"tap", "crowd", "--config", "config.json", "--catalog", "singer.json", "--log-level", "debug"});
  expect_unseen({"tap", "crowd", "--config", "config.json", "--discover", "--log-level", "debug"});
  expect_unseen(
      {"tap", "crowd", "--config", "ENV", "--catalog", "singer.json", "--log-level", "debug", "--log-format", "json"},
      {{"TAP_CROWD_TOKEN", canary_}, {"TAP_CROWD_URL", api.url()}});
}

TEST_F(Secrets, AConfigurationThatBreaksItsSchemaDoesNotShowThem) {
  for (const std::string& config :
       {R"({"url":")" + api.url() + R"(","token":)" + canary_ + "}", R"({"url":5,"token":")" + canary_ + R"("})",
        R"({"url":")" + api.url() + R"(","token":[")" + canary_ + R"("]})",
        R"({"url":")" + api.url() + R"(","token":{"x":")" + canary_ + R"("}})",
        R"({"url":")" + api.url() + R"(","token":")" + canary_ + R"(","limit":"many"})",
        R"({"url":")" + api.url() + R"(","token":")" + canary_, R"(["token",")" + canary_ + R"("])",
        R"({"token":")" + canary_ + R"(",})", R"({"token":)" + canary_ + R"(x})"}) {
    folder.write("config.json", config);
    for (const char* verb : {"check", "discover"}) expect_unseen(source(verb, {"--debug"}));
    expect_unseen(source("read", {"--catalog", "catalog.json", "--debug"}));
    expect_unseen({"tap", "crowd", "--config", "config.json", "--log-level", "debug"});
  }
  expect_unseen({"tap", "crowd", "--config", "ENV"}, {{"TAP_CROWD_TOKEN", canary_}, {"TAP_CROWD_URL", "ftp://x"}});
  expect_unseen({"tap", "crowd", "--config", "ENV"}, {{"TAP_CROWD_TAGS", "[" + canary_ + "x"}});
}

}  // namespace
}  // namespace integration
