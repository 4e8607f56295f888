// `integ tap NAME`: SCHEMA, RECORD and STATE, and where a run goes on.
#include "integration/platforms/platform_test.hpp"
#include "json/document.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SingerRead : public PlatformTest {
 protected:
  std::vector<std::string> names_after(const std::string& state) {
    folder.write("state.json", state);
    const Outcome run = tap({"--state", "state.json"});
    EXPECT_EQ(run.exit_code, 0) << run;
    last = Messages(run.out).singer_state();
    return Messages(run.out).texts("RECORD", "/record/name");
  }

  std::string last;
};

TEST_F(SingerRead, MessagesAreThoseOfTheGoldenFile) {
  serve_pages({{"a", "b"}, {"c"}});
  const Outcome discover = integ({"tap", "pokeapi", "--discover"});
  const Outcome run = tap();
  EXPECT_EQ(discover.exit_code + run.exit_code, 0) << run;
  expect_golden("singer.jsonl", discover.out + run.out, {{api.url(), "http://api"}});
}

TEST_F(SingerRead, EveryRecordOnceInOrderAndTheStateAfterThem) {
  folder.write("config.json", R"({"url":")" + api.url("/api/v2") + R"("})");
  const Outcome run = tap();
  ASSERT_EQ(run.exit_code, 0) << run;
  const Messages messages(run.out);
  EXPECT_EQ(messages.texts("RECORD", "/record/name"), api.pokemon());
  EXPECT_EQ(messages.records_before_last_state(), api.pokemon().size());
  EXPECT_THAT(messages.lines().front(), HasSubstr(R"({"type":"SCHEMA","stream":"pokemon","schema":{)"));
  EXPECT_EQ(messages.count("SCHEMA"), 1u);
  EXPECT_EQ(messages.count("SCHEMA") + messages.count("RECORD") + messages.count("STATE"), messages.lines().size());
  EXPECT_EQ(messages.singer_state(), R"({"bookmarks":{"pokemon":{}},"currently_syncing":null})");
  const std::vector<std::string> states = messages.of("STATE");
  EXPECT_EQ(std::set<std::string>(states.begin(), states.end()).size(), states.size()) << "a state was repeated";
  for (const std::string& time : messages.texts("RECORD", "/time_extracted")) {
    EXPECT_THAT(time, ::testing::MatchesRegex("[0-9-]{10}T[0-9:]{8}[.][0-9]{6}Z"));
  }
}

TEST_F(SingerRead, AStreamWithoutRecordsHasASchemaAndKeepsItsBookmark) {
  api.set_page("/pokemon", page_of(""));
  const Outcome run = tap();
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(Messages(run.out).count("SCHEMA"), 1u);
  EXPECT_EQ(Messages(run.out).count("RECORD"), 0u);
  EXPECT_THAT(Messages(run.out).singer_state(), HasSubstr(R"("currently_syncing":null)"));

  folder.write("state.json", R"({"bookmarks":{"updates":{"since":"2027-01-01T00:00:00Z"}}})");
  const Outcome kept = integ({"tap", "updates", "--config", "config.json", "--state", "state.json"});
  EXPECT_EQ(kept.exit_code, 0) << kept;
  EXPECT_THAT(Messages(kept.out).singer_state(), HasSubstr("2027-01-01T00:00:00Z"));
}

TEST_F(SingerRead, TheInterruptedStreamComesFirstThenTheOthers) {
  folder.write("config.json", R"({"url":")" + api.url() + R"(","token":"canary-7391"})");
  for (int i = 1; i <= 20; ++i) {
    api.set_page(std::string(i < 10 ? "/s0" : "/s") + std::to_string(i), R"({"items":[{"id":1,"label":"x"}]})");
  }
  folder.write("state.json", R"({"bookmarks":{},"currently_syncing":"s13"})");
  folder.write("options.yaml", "concurrency: 1\n");
  const Outcome run =
      integ({"tap", "crowd", "--config", "config.json", "--state", "state.json", "--options", "options.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(api.requests().front().path, "/s13");
  EXPECT_EQ(Messages(run.out).count("RECORD"), 20u);
  EXPECT_EQ(Messages(run.out).count("SCHEMA"), 20u);
}

// The state names a stream by its tap_stream_id, of which the namespace is a part.
TEST_F(SingerRead, AnInterruptedStreamWithANamespaceComesFirstToo) {
  for (const char* stream : {"/orders", "/items", "/plain"}) api.set_page(stream, R"({"items":[{"id":1}]})");
  folder.write("state.json", R"({"bookmarks":{},"currently_syncing":"us-items"})");
  folder.write("options.yaml", "concurrency: 1\n");
  const Outcome run =
      integ({"tap", "spaced", "--config", "config.json", "--state", "state.json", "--options", "options.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(api.requests().front().path, "/items");
  EXPECT_EQ(Messages(run.out).count("RECORD"), 3u);
}

TEST_F(SingerRead, AStateWithoutBookmarksIsWarnedOf) {
  serve_pages({{"a"}, {"b"}, {"c"}});
  EXPECT_THAT(names_after(R"({"singer_state":{"bookmarks":{"pokemon":{"next":"/p2"}}}})"), ElementsAre("c"));
  folder.write("state.json", R"({"pokemon":{"next":"/p2"}})");
  const Outcome run = tap({"--state", "state.json"});
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.err, HasSubstr("state.json has no bookmarks, so that nothing of it is gone on from"));
}

TEST_F(SingerRead, F073_AnUnknownNameInTheStateIsKeptAndIgnored) {
  serve_pages({{"a"}, {"b"}});
  EXPECT_THAT(names_after(R"({"bookmarks":{"gone":{"x":1.10}},"currently_syncing":"gone","mine":{"k":[1]}})"),
              ElementsAre("a", "b"));
  EXPECT_THAT(last, HasSubstr(R"("gone":{"x":1.10})"));
  EXPECT_THAT(last, HasSubstr(R"("mine":{"k":[1]})"));
  EXPECT_THAT(last, HasSubstr(R"("currently_syncing":null)"));
}

TEST_F(SingerRead, TheStateIsTheValueOfTheLastOne) {
  serve_pages({{"a"}, {"b"}, {"c"}});
  EXPECT_THAT(names_after(R"({"bookmarks":{"pokemon":{"next":"/p2"}}})"), ElementsAre("c"));
  EXPECT_THAT(names_after(R"({"type":"STATE","value":{"bookmarks":{"pokemon":{"next":"/p2"}}}})"), ElementsAre("c"));
  for (const char* nothing : {"{}", "", "null", R"({"bookmarks":{}})", R"({"bookmarks":{"pokemon":{}}})",
                              R"({"bookmarks":{"pokemon":null},"currently_syncing":null})"}) {
    EXPECT_THAT(names_after(nothing), ElementsAre("a", "b", "c")) << nothing;
  }
}

class SingerKill : public PlatformTest, public ::testing::WithParamInterface<int> {};

TEST_P(SingerKill, TheNextRunGoesOnAndNothingIsLost) {
  std::vector<std::vector<std::string>> pages;
  std::set<std::string> all;
  for (int page = 0; page < 12; ++page) {
    pages.push_back({"n" + std::to_string(page)});
    all.insert(pages.back().front());
  }
  serve_pages(pages);
  api.fail("/p6", Fault::stall_body(20).for_ever());
  const auto first = start(tap_words());
  ASSERT_TRUE(first->wait_for_out(R"({"next":"/p6"})")) << "no state of the sixth page";
  first->kill(GetParam());
  const Outcome killed = first->wait();
  EXPECT_EQ(killed.exit_code, 128 + GetParam()) << killed;
  const Messages before(killed.out);
  EXPECT_EQ(before.records_before_last_state(), 6u);
  EXPECT_EQ(before.singer_state(), R"({"bookmarks":{"pokemon":{"next":"/p6"}},"currently_syncing":"pokemon"})");

  api.clear_faults();
  api.forget_requests();
  folder.write("state.json", before.singer_state());
  const Outcome second = tap({"--state", "state.json"});
  EXPECT_EQ(second.exit_code, 0) << second;
  EXPECT_EQ(api.requests().front().path, "/p6");
  std::set<std::string> seen;
  for (const auto* out : {&killed.out, &second.out}) {
    const std::vector<std::string> names = Messages(*out).texts("RECORD", "/record/name");
    seen.insert(names.begin(), names.end());
  }
  EXPECT_EQ(seen, all);
}

INSTANTIATE_TEST_SUITE_P(Signals, SingerKill, ::testing::Values(SIGKILL, SIGTERM, SIGINT));

TEST_F(SingerRead, AFailedStreamEndsWithOneAndTheOthersAreRead) {
  folder.write("config.json", R"({"url":")" + api.url() + R"(","token":"canary-7391"})");
  for (int i = 1; i <= 20; ++i) {
    const std::string path = std::string(i < 10 ? "/s0" : "/s") + std::to_string(i);
    if (i != 5) api.set_page(path, R"({"items":[{"id":1,"label":"x"}]})");
  }
  const Outcome run = integ({"tap", "crowd", "--config", "config.json"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_EQ(Messages(run.out).count("RECORD"), 19u);
  EXPECT_THAT(run.err, HasSubstr("s05"));
  const std::size_t last_line = run.err.rfind('\n', run.err.size() - 2);
  EXPECT_THAT(run.err.substr(last_line + 1), ::testing::StartsWith("CRITICAL "));
}

// "METRIC" lines of a tap's standard error, each as its JSON.
std::vector<std::string> metrics_of(const std::string& err) {
  constexpr std::string_view kPrefix = "INFO METRIC: ";
  std::vector<std::string> out;
  std::istringstream lines(err);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kPrefix)) out.push_back(line.substr(kPrefix.size()));
  }
  return out;
}

TEST_F(SingerRead, MetricsAreCountersAndTimersOnStandardError) {
  serve_pages({{"a", "b"}, {"c"}});
  const Outcome run = tap();
  EXPECT_EQ(run.exit_code, 0) << run;
  std::map<std::string, std::string> values;
  for (const std::string& line : metrics_of(run.err)) {
    const auto metric = ::integ::json::Document::parse(line);
    const std::string name(metric.root().string("metric"));
    EXPECT_TRUE(values.emplace(name, metric.find("/value")->text).second) << line;
    EXPECT_EQ(metric.root().string("type"), name.ends_with("_count") ? "counter" : "timer") << line;
    if (name == "job_duration") {
      EXPECT_EQ(metric.find("/tags/status")->text, "succeeded") << line;
    } else {
      EXPECT_EQ(metric.find("/tags/endpoint")->text, "pokemon") << line;
    }
  }
  EXPECT_EQ(values["record_count"], "3");
  EXPECT_EQ(values["http_request_count"], "2");
  EXPECT_EQ(values.count("http_request_duration") + values.count("sync_duration") + values.count("job_duration"), 3u);

  api.fail("*", Fault::with_status(404).for_ever());
  const Outcome failed = tap();
  EXPECT_EQ(failed.exit_code, 1) << failed;
  EXPECT_THAT(failed.err, HasSubstr(R"("job_type":"sync","status":"failed")"));
  EXPECT_THAT(metrics_of(tap({"--log-level", "warn"}).err), ElementsAre());
}

TEST_F(SingerRead, StructuredLogsAreAnObjectALine) {
  serve_pages({{"a"}});
  Extra extra;
  extra.environment["SINGER_SDK_LOG_CONFIG"] = "logging.yaml";
  for (const bool good : {true, false}) {
    if (!good) api.fail("*", Fault::with_status(404).for_ever());
    const Outcome run = integ(tap_words(), extra);
    EXPECT_EQ(run.exit_code, good ? 0 : 1) << run;
    std::size_t metrics = 0;
    std::string last_level;
    std::istringstream lines(run.err);
    for (std::string line; std::getline(lines, line);) {
      const auto object = ::integ::json::Document::parse(line);
      for (const char* name :
           {"level", "pid", "logger_name", "ts", "thread_name", "app_name", "stream_name", "message", "extra"}) {
        EXPECT_NE(object.root().member(name), nullptr) << name << " is missing in " << line;
      }
      EXPECT_EQ(object.root().string("app_name"), "tap-pokeapi");
      if (const auto* value = object.find("/metric_info/value")) metrics += value->text.empty() ? 0U : 1U;
      last_level = object.root().string("level");
    }
    EXPECT_GE(metrics, 4u) << run;
    EXPECT_EQ(last_level, good ? "info" : "critical") << run;
  }
}

}  // namespace
}  // namespace integration
