// `integ tap NAME`: configuration from several places, what is no sync, and what is refused.
#include "integration/platforms/platform_test.hpp"

#include <gmock/gmock.h>

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string last_line(const std::string& text) {
  const std::string trimmed = text.empty() ? text : text.substr(0, text.size() - 1);
  const std::size_t end = trimmed.rfind('\n');
  return end == std::string::npos ? trimmed : trimmed.substr(end + 1);
}

class SingerCommandLine : public PlatformTest {
 protected:
  SingerCommandLine() {
    for (int i = 1; i <= 20; ++i) {
      api.set_page(std::string(i < 10 ? "/s0" : "/s") + std::to_string(i), R"({"items":[]})");
    }
    one_ = folder.write("one.json", R"({"streams":[{"tap_stream_id":"s01","metadata":[]}]})");
  }

  Outcome crowd(std::vector<std::string> more, const std::map<std::string, std::string>& environment = {}) {
    std::vector<std::string> words{"tap", "crowd", "--catalog", one_};
    words.insert(words.end(), more.begin(), more.end());
    return integ(words, {.environment = environment, .input = {}, .out_file = {}});
  }
  void expect_refused(const Outcome& run, const std::string& reason) {
    EXPECT_EQ(run.exit_code, 2) << run;
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(last_line(run.err), StartsWith("CRITICAL "));
    EXPECT_THAT(run.err, HasSubstr(reason));
    EXPECT_EQ(api.count(), 0u);
  }

  std::string one_;
};

TEST_F(SingerCommandLine, F079_LaterConfigurationsWinAndTheEnvironmentIsTyped) {
  folder.write("a.json", R"({"url":")" + api.url() + R"(","token":"t","limit":7})");
  folder.write("b.json", "\xEF\xBB\xBF{\"limit\":8}\r\n");
  EXPECT_EQ(crowd({"--config", "a.json"}).exit_code, 0);
  EXPECT_EQ(crowd({"--config", "a.json", "-c", "b.json"}).exit_code, 0);
  const std::map<std::string, std::string> variables{
      {"TAP_CROWD_LIMIT", "3000"}, {"TAP_CROWD_ARCHIVED", "true"}, {"TAP_CROWD_TAGS", R"(["a"])"}};
  const Outcome run = crowd({"--config", "a.json", "--config", "ENV"}, variables);
  EXPECT_EQ(run.exit_code, 0) << run;
  std::vector<std::string> limits;
  for (const auto& request : api.requests()) limits.emplace_back(request.parameter("limit"));
  EXPECT_THAT(limits, ElementsAre("7", "8", "3000"));
  EXPECT_EQ(api.requests().back().parameter("archived"), "true");
}

TEST_F(SingerCommandLine, F079_AVariableThatCannotBeConvertedIsNamed) {
  folder.write("a.json", R"({"url":")" + api.url() + R"(","token":"t"})");
  expect_refused(crowd({"--config", "a.json", "--config", "ENV"}, {{"TAP_CROWD_LIMIT", "abc"}}), "TAP_CROWD_LIMIT");
  expect_refused(crowd({"--config", "a.json", "--config", "ENV"}, {{"TAP_CROWD_TAGS", "[half"}}), "TAP_CROWD_TAGS");
  expect_refused(crowd({"--config", "ENV"}, {{"TAP_CROWD_URL", api.url()}}), "TAP_CROWD_TOKEN");
}

TEST_F(SingerCommandLine, WhatIsWrongWithAFileIsSaidByNameAndEndsWithTwo) {
  folder.write("a.json", R"({"url":")" + api.url() + R"(","token":"t"})");
  expect_refused(crowd({"--config", "none.json"}), "none.json");
  folder.write("half.json", R"({"url":)");
  expect_refused(crowd({"--config", "half.json"}), "half.json");
  expect_refused(crowd({}), "url");
  folder.write("wrong.json", R"({"url":5,"token":"t","limit":"many"})");
  expect_refused(crowd({"--config", "wrong.json"}), "/url");
  expect_refused(crowd({"--config", "wrong.json"}), "/limit");
  expect_refused(crowd({"--config", "a.json", "--state", "half.json"}), "half.json");
  expect_refused(integ({"tap", "crowt", "--config", "a.json"}), "crowd");
  folder.write("states.json", "{\"bookmarks\":{}}\n{\"bookmarks\":{\"s01\":{}}}\n");
  expect_refused(crowd({"--config", "a.json", "--state", "states.json"}), "last line");
  folder.write("options.yaml", "http: {max_attemps: 1}\n");
  expect_refused(crowd({"--config", "a.json", "--options", "options.yaml"}), "options.yaml");
}

TEST_F(SingerCommandLine, JsonWhereAFileBelongsIsNotShown) {
  folder.write("a.json", R"({"url":")" + api.url() + R"(","token":"t"})");
  const std::string config = R"({"url":"u","token":"canary-7391"})";
  const std::string reason = ": expected the name of a file that holds the JSON, and not the JSON itself";
  const auto tap_refused = [&](std::vector<std::string> words, const std::string& option, const Extra& extra = {}) {
    words.insert(words.begin(), {"tap", "crowd"});
    const Outcome run = integ(words, extra);
    expect_refused(run, option + reason);
    EXPECT_THAT(run.out + run.err, ::testing::Not(HasSubstr("canary-7391")));
  };
  tap_refused({"--config", config}, "--config");
  tap_refused({"--config", "a.json", "--config", config}, "--config");
  tap_refused({"--config", "a.json", "--state", config}, "--state");
  tap_refused({"--config", "a.json", "--catalog", config}, "--catalog");
  tap_refused({"--config", "a.json", "--properties", config}, "--catalog");
  tap_refused({"--config", "a.json", "--options", config}, "--options");
  const Outcome alone = integ({"tap", "crowd", config});
  expect_refused(alone, "was not expected: JSON, of which nothing is shown");
  EXPECT_THAT(alone.out + alone.err, ::testing::Not(HasSubstr("canary-7391")));
  tap_refused({"--config", "a.json"}, "INTEG_OPTIONS",
              {.environment = {{"INTEG_OPTIONS", config}}, .input = {}, .out_file = {}});
}

TEST_F(SingerCommandLine, AnUnreadableCommandLineEndsWithTwo) {
  expect_refused(integ({"tap", "crowd", "--nope"}), "--nope");
  expect_refused(integ({"tap"}), "NAME");
  expect_refused(integ({"tap", "crowd", "--about", "--format", "xml"}), "xml");
}

TEST_F(SingerCommandLine, AboutAndVersionNeedNoConfiguration) {
  const Outcome text = integ({"tap", "crowd", "--about"});
  EXPECT_EQ(text.exit_code, 0) << text;
  EXPECT_THAT(text.out, HasSubstr("TAP_CROWD_TOKEN"));
  const Outcome json = integ({"tap", "crowd", "--about", "--format", "json"});
  EXPECT_EQ(json.exit_code, 0) << json;
  EXPECT_EQ(at(json.out, "/name"), "tap-crowd");
  EXPECT_EQ(at(json.out, "/settings/properties/token/airbyte_secret"), "true");
  EXPECT_EQ(integ({"tap", "crowd", "--about", "--format", "markdown"}).exit_code, 0);
  const Outcome version = integ({"tap", "crowd", "--version"});
  EXPECT_EQ(version.exit_code, 0) << version;
  EXPECT_THAT(version.out, HasSubstr("1.0.0"));
  EXPECT_EQ(api.count(), 0u);
}

TEST_F(SingerCommandLine, TestReadsOneRecordAStream) {
  serve_pages({{"a", "b"}, {"c"}});
  for (const char* flag : {"--test", "--test=all"}) {
    const Outcome run = tap({flag});
    EXPECT_EQ(run.exit_code, 0) << run;
    EXPECT_THAT(Messages(run.out).texts("RECORD", "/record/name"), ElementsAre("a"));
  }
  EXPECT_EQ(api.count(), 2u);
  const Outcome schema = tap({"--test=schema"});
  EXPECT_EQ(schema.exit_code, 0) << schema;
  EXPECT_EQ(Messages(schema.out).count("SCHEMA"), 1u);
  EXPECT_EQ(Messages(schema.out).count("RECORD"), 0u);
  EXPECT_EQ(api.count(), 2u);
}

}  // namespace
}  // namespace integration
