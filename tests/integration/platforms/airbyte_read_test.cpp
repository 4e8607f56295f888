// `integ source NAME read`: records, states and statuses of a run that goes well, and of streams that don't.
#include "integration/platforms/platform_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace integration {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class AirbyteRead : public PlatformTest {};

TEST_F(AirbyteRead, MessagesAreThoseOfTheGoldenFile) {
  serve_pages({{"a", "b"}, {"c"}});
  const Outcome spec = integ({"source", "pokeapi", "spec"});
  const Outcome check = integ({"source", "pokeapi", "check", "--config", "config.json"});
  const Outcome discover = integ({"source", "pokeapi", "discover", "--config", "config.json"});
  const Outcome run = read();
  EXPECT_EQ(spec.exit_code + check.exit_code + discover.exit_code + run.exit_code, 0) << run;
  expect_golden("airbyte.jsonl", spec.out + check.out + discover.out + run.out, {{api.url(), "http://api"}});
}

TEST_F(AirbyteRead, EveryRecordOnceInOrderAndTheStateAfterThem) {
  folder.write("config.json", R"({"url":")" + api.url("/api/v2") + R"("})");
  const Outcome run = read();
  ASSERT_EQ(run.exit_code, 0) << run;
  const Messages messages(run.out);
  EXPECT_EQ(messages.texts("RECORD", "/record/data/name"), api.pokemon());
  EXPECT_EQ(api.count(), 14u);
  EXPECT_EQ(messages.records_before_last_state(), api.pokemon().size());
  EXPECT_THAT(messages.statuses("pokemon"), ElementsAre("STARTED", "RUNNING", "COMPLETE"));
  EXPECT_EQ(messages.states("pokemon").back(), "{}");

  double counted = 0;
  for (const std::string& state : messages.of("STATE")) {
    counted += std::stod(at(state, "/state/sourceStats/recordCount"));
    EXPECT_THAT(state, ::testing::ContainsRegex(R"("recordCount":[0-9]+[.]0\})"));
  }
  EXPECT_EQ(counted, static_cast<double>(api.pokemon().size()));
  EXPECT_THAT(run.out, Not(HasSubstr("null,\"")));
  EXPECT_THAT(run.out, Not(HasSubstr("\"namespace\"")));
}

TEST_F(AirbyteRead, EveryStateComesAfterTheRecordsThatItCovers) {
  std::vector<std::vector<std::string>> pages;
  for (int page = 0; page < 30; ++page) pages.push_back({"n" + std::to_string(page)});
  serve_pages(pages);
  const Outcome run = read();
  const Messages messages(run.out);
  std::size_t records = 0;
  for (const std::string& line : messages.lines()) {
    if (line.starts_with(R"({"type":"RECORD")")) ++records;
    const std::string next = at(line, "/state/stream/stream_state/next");
    if (!next.empty()) {
      EXPECT_LE(std::stoul(next.substr(2)), records) << line;
    }
  }
  EXPECT_EQ(records, pages.size());
}

TEST_F(AirbyteRead, RecordsAreTheBytesOfTheServer) {
  const std::vector<std::string> records{
      R"({"name":"a","x":0.30000000000000004,"y":18446744073709551617,"z":1e400,"w":1.10})",
      "{\"name\":\"\\ud83d\\ude00\",\"e\":\"\xC3\xA9\",\"u\":\"\\u00e9\",\"slash\":\"\\/\"}",
      R"({"name":"a\u0000b","lone":"\ud800","extra":{"deep":[null,true,{"k":[]}]},"url":null})",
      R"({"name":"spaces" , "order": [ 1 ,2 ],"dup":1,"dup":2})"};
  std::string page;
  for (const std::string& record : records) page += (page.empty() ? "" : " ,") + record;
  api.set_page("/pokemon", page_of(page));
  for (const auto& words : {read_words(), tap_words()}) {
    const Outcome run = integ(words);
    EXPECT_EQ(run.exit_code, 0) << run;
    EXPECT_EQ(Messages(run.out).records(), records);
  }
}

TEST_F(AirbyteRead, F055_AStreamWithoutRecordsKeepsTheStateThatCameIn) {
  api.set_page("/pokemon", page_of(""));
  const Outcome without = read();
  EXPECT_EQ(without.exit_code, 0) << without;
  EXPECT_THAT(Messages(without.out).statuses("pokemon"), ElementsAre("STARTED", "COMPLETE"));
  EXPECT_THAT(Messages(without.out).states("pokemon"), ElementsAre("{}"));
  EXPECT_THAT(without.out, HasSubstr(R"("recordCount":0.0)"));

  folder.write("state.json", stream_state("updates", R"({"since":"2027-01-01T00:00:00Z"})"));
  folder.write("catalog.json", configured({{"updates", kIncremental}}));
  const Outcome with = integ(
      {"source", "updates", "read", "--config", "config.json", "--catalog", "catalog.json", "--state", "state.json"});
  EXPECT_EQ(with.exit_code, 0) << with;
  const Messages messages(with.out);
  EXPECT_EQ(messages.count("RECORD"), 0u);
  EXPECT_THAT(messages.statuses("updates"), ElementsAre("STARTED", "COMPLETE"));
  ASSERT_FALSE(messages.states("updates").empty());
  EXPECT_THAT(messages.states("updates").back(), HasSubstr("2027-01-01T00:00:00Z"));
}

TEST_F(AirbyteRead, F054_AnUnknownStreamIsIncompleteAndTheOthersAreRead) {
  serve_pages({{"a"}});
  folder.write("catalog.json", configured({{"nope", kFullRefresh}, {"pokemon", kIncremental}}));
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 1) << run;
  const Messages messages(run.out);
  EXPECT_THAT(messages.records(), ElementsAre(R"({"name":"a","url":"u"})"));
  EXPECT_THAT(messages.statuses("pokemon"), ElementsAre("STARTED", "RUNNING", "COMPLETE"));
  EXPECT_EQ(messages.statuses("nope").back(), "INCOMPLETE");
  EXPECT_THAT(messages.texts("TRACE", "/trace/error/message"),
              Contains(::testing::AllOf(HasSubstr("nope"), HasSubstr("pokemon"))));
  EXPECT_THAT(messages.texts("TRACE", "/trace/error/failure_type"), Contains("config_error"));
}

// The platform knows it by both, and waits for a status of both.
TEST_F(AirbyteRead, AnUnknownStreamIsToldWithItsNamespace) {
  folder.write("catalog.json", R"({"streams":[{"stream":{"name":"pokemon","namespace":"shop"},)"
                               R"("sync_mode":"full_refresh","destination_sync_mode":"append"}]})");
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 1) << run;
  const std::string descriptor = R"("stream_descriptor":{"name":"pokemon","namespace":"shop"})";
  EXPECT_THAT(run.out, HasSubstr(R"("stream_status":{)" + descriptor + R"(,"status":"INCOMPLETE")"));
  EXPECT_THAT(Messages(run.out).texts("TRACE", "/trace/error/message"), Contains(HasSubstr("in the namespace shop")));
  EXPECT_THAT(Messages(run.out).texts("TRACE", "/trace/error/stream_descriptor/namespace"), Contains("shop"));
}

TEST_F(AirbyteRead, OnlyTheConfiguredStreamsAreRead) {
  folder.write("catalog.json", R"({"streams":[]})");
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(api.count(), 0u);
  EXPECT_EQ(Messages(run.out).count("RECORD"), 0u);
}

TEST_F(AirbyteRead, AFailedPageLeavesAStateBeforeItAndNoComplete) {
  serve_pages({{"a"}, {"b"}, {"c"}});
  api.fail("/p2", Fault::malformed_json().for_ever());
  const Outcome run = read({"--options", folder.write("options.yaml", "http: {max_attempts: 1}\n")});
  EXPECT_EQ(run.exit_code, 1) << run;
  const Messages messages(run.out);
  EXPECT_THAT(messages.texts("RECORD", "/record/data/name"), ElementsAre("a", "b"));
  EXPECT_THAT(messages.statuses("pokemon"), ElementsAre("STARTED", "RUNNING", "INCOMPLETE"));
  EXPECT_EQ(messages.states("pokemon").back(), R"({"next":"/p2"})");
  const std::string error = ::testing::PrintToString(messages.texts("TRACE", "/trace/error/message"));
  EXPECT_THAT(error, HasSubstr(api.url("/p2")));
  EXPECT_THAT(error, HasSubstr("stream pokemon"));
}

TEST_F(AirbyteRead, F056_WhereEveryStreamIsRefusedNoneSucceeds) {
  folder.write("config.json", R"({"url":")" + api.url() + R"(","token":"canary-7391"})");
  folder.write("catalog.json", configured({{"s01", kFullRefresh}, {"s02", kFullRefresh}}));
  api.fail("*", Fault::with_status(403).body("<h1>plan expired\x01</h1>", "text/html").for_ever());
  const Outcome run = integ({"source", "crowd", "read", "--config", "config.json", "--catalog", "catalog.json"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_EQ(api.count(), 2u);
  const Messages messages(run.out);
  for (const char* stream : {"s01", "s02"}) {
    EXPECT_THAT(messages.statuses(stream), ElementsAre("STARTED", "INCOMPLETE"));
    EXPECT_TRUE(messages.states(stream).empty());
  }
  EXPECT_THAT(messages.texts("TRACE", "/trace/error/message"),
              Contains(::testing::AllOf(HasSubstr("403"), HasSubstr("plan expired"), Not(HasSubstr("\x01")))).Times(2));
}

TEST_F(AirbyteRead, BrokenUtf8IsReplacedAndSaid) {
  api.set_page("/pokemon", page_of("{\"name\":\"a\xFF\"}"));
  const Outcome run = read();
  EXPECT_EQ(run.exit_code, 0) << run;
  const Messages messages(run.out);
  EXPECT_THAT(messages.records(), ElementsAre("{\"name\":\"a\xEF\xBF\xBD\"}"));
  EXPECT_THAT(messages.texts("LOG", "/log/message"), ElementsAre(HasSubstr("UTF-8")));
  EXPECT_THAT(messages.texts("LOG", "/log/level"), ElementsAre("WARN"));
}

TEST_F(AirbyteRead, F056_TwentyStreamsInParallelEndEachOnItsOwn) {
  folder.write("config.json", R"({"url":")" + api.url() + R"(","token":"canary-7391"})");
  std::vector<std::pair<std::string, std::string>> streams;
  for (int i = 1; i <= 20; ++i) {
    const std::string name = (i < 10 ? "s0" : "s") + std::to_string(i);
    streams.emplace_back(name, kFullRefresh);
    for (int page = 0; page < 5; ++page) {
      std::string items;
      for (int k = 0; k < 50; ++k) {
        items += (k > 0 ? "," : "") + (R"({"id":)" + std::to_string(page * 50 + k)) + R"(,"label":")" + name + R"("})";
      }
      const std::string path = "/" + name + (page == 0 ? "" : "/" + std::to_string(page));
      const std::string next = page == 4 ? "null" : '"' + api.url("/" + name + "/" + std::to_string(page + 1)) + '"';
      api.set_page(path, R"({"items":[)" + items + R"(],"next":)" + next + "}");
    }
  }
  api.fail("/s07/2", Fault::with_status(404).for_ever());
  folder.write("catalog.json", configured(streams));
  const Outcome run = integ({"source", "crowd", "read", "--config", "config.json", "--catalog", "catalog.json"});
  EXPECT_EQ(run.exit_code, 1) << run;
  const Messages messages(run.out);
  EXPECT_EQ(messages.count("RECORD"), 19u * 250u + 100u);
  for (const auto& [name, mode] : streams) {
    const std::string last = name == "s07" ? "INCOMPLETE" : "COMPLETE";
    EXPECT_THAT(messages.statuses(name), ElementsAre("STARTED", "RUNNING", last)) << name;
    std::vector<std::string> ids;
    const std::string mine = R"("stream":")" + name + '"';
    for (const std::string& line : messages.of("RECORD")) {
      if (line.find(mine) == std::string::npos) continue;
      EXPECT_EQ(at(line, "/record/data/label"), name);
      EXPECT_EQ(at(line, "/record/data/id"), std::to_string(ids.size()));
      ids.push_back(at(line, "/record/data/id"));
    }
    EXPECT_EQ(ids.size(), name == "s07" ? 100u : 250u);
    if (name != "s07") {
      EXPECT_EQ(messages.records_before_last_state(name), 250u) << name;
    }
  }
  EXPECT_TRUE(messages.states("s07").empty()) << "a state of a stream that failed and keeps none";
}

}  // namespace
}  // namespace integration
