// `integ source NAME read --state`: where a run goes on, after an end and after a kill.
#include "integration/platforms/platform_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <set>

namespace integration {
namespace {

using ::testing::ElementsAre;

class AirbyteState : public PlatformTest {
 protected:
  AirbyteState() { serve_pages({{"a"}, {"b"}, {"c"}}); }

  std::vector<std::string> names_after(const std::string& state) {
    folder.write("state.json", state);
    const Outcome run = read({"--state", "state.json"});
    EXPECT_EQ(run.exit_code, 0) << run;
    return Messages(run.out).texts("RECORD", "/record/data/name");
  }
};

TEST_F(AirbyteState, EveryFormOfAStateIsRead) {
  const std::string global = R"({"type":"GLOBAL","global":{"shared_state":{"x":1},"stream_states":[)"
                             R"({"stream_descriptor":{"name":"pokemon"},"stream_state":{"next":"/p2"}}]}})";
  for (const std::string& state :
       {stream_state("pokemon", R"({"next":"/p2"})"), "[" + global + "]", global,
        std::string(R"({"pokemon":{"next":"/p2"}})"), std::string(R"({"data":{"pokemon":{"next":"/p2"}}})"),
        std::string(R"([{"streamDescriptor":{"name":"pokemon"},"streamState":{"next":"/p2"}}])"),
        R"({"type":"STATE","state":)" + global + "}\n" + R"({"type":"STATE","state":)" + global + "}\n",
        std::string(R"([{"type":"LEGACY","data":{"pokemon":{"next":"/p2"}}}])"),
        std::string(R"([null,{"type":"STREAM","extra":1,"global":null,"stream":{"stream_descriptor":)"
                    R"({"name":"pokemon","namespace":null},"stream_state":{"next":"/p2"},"extra":[]}},)"
                    R"({"type":"STREAM","stream":{"stream_descriptor":{"name":"gone"},"stream_state":null}}])")}) {
    EXPECT_THAT(names_after(state), ElementsAre("c")) << state;
  }
}

TEST_F(AirbyteState, WhatIsNoStateIsAnErrorAndNothingIsRead) {
  folder.write("state.json", R"([{"foo":1}])");
  const Outcome run = read({"--state", "state.json"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_THAT(run.out, ::testing::HasSubstr("expected a state message"));
  EXPECT_EQ(api.count("/pokemon"), 0u);
}

TEST_F(AirbyteState, OneOfOtherStreamsAloneIsWarnedOf) {
  folder.write("state.json", R"({"bookmarks":{"pokemon":{"next":"/p2"}}})");
  EXPECT_THAT(read({"--state", "state.json"}).out,
              ::testing::HasSubstr("state.json has the state of bookmarks, of which connector pokeapi has no stream"));
  folder.write("state.json", R"({"gone":{"next":"/p2"},"pokemon":{"next":"/p2"}})");
  EXPECT_THAT(read({"--state", "state.json"}).out, ::testing::Not(::testing::HasSubstr("has no stream")));
}

TEST_F(AirbyteState, WhatSaysNothingIsNoState) {
  for (const std::string& state : {std::string(), std::string("\n"), std::string("[]"), std::string("{}"),
                                   std::string("null"), std::string("\xEF\xBB\xBF[]"), stream_state("pokemon", "null"),
                                   stream_state("pokemon", "{}"), stream_state("gone", R"({"next":"/p2"})"),
                                   stream_state("pokemon", R"({"__ab_full_refresh_sync_complete":true})")}) {
    EXPECT_THAT(names_after(state), ElementsAre("a", "b", "c")) << state;
  }
}

TEST_F(AirbyteState, AFullRefreshReadsAllOfIt) {
  folder.write("catalog.json", configured({{"pokemon", kFullRefresh}}));
  EXPECT_THAT(names_after(stream_state("pokemon", R"({"next":"/p2"})")), ElementsAre("a", "b", "c"));
}

// One run is stopped by `signal_number` while it waits for page ten; the next one goes on from its last state.
class AirbyteKill : public PlatformTest, public ::testing::WithParamInterface<int> {};

TEST_P(AirbyteKill, F058_TheNextRunGoesOnAndNothingIsLost) {
  std::vector<std::vector<std::string>> pages;
  std::set<std::string> all;
  for (int page = 0; page < 20; ++page) {
    pages.push_back({"n" + std::to_string(page) + "a", "n" + std::to_string(page) + "b"});
    all.insert(pages.back().begin(), pages.back().end());
  }
  serve_pages(pages);
  api.fail("/p10", Fault::stall_body(20).for_ever());
  const auto first = start(read_words());
  ASSERT_TRUE(first->wait_for_out(R"({"next":"/p10"})")) << "no state of the tenth page";
  first->kill(GetParam());
  const Outcome killed = first->wait();
  EXPECT_EQ(killed.exit_code, 128 + GetParam()) << killed;

  const Messages before(killed.out);
  EXPECT_EQ(before.count("RECORD"), 20u);
  EXPECT_EQ(before.records_before_last_state(), 20u);
  if (GetParam() != SIGKILL) {
    EXPECT_THAT(before.statuses("pokemon"), ElementsAre("STARTED", "RUNNING", "INCOMPLETE"));
  }
  api.clear_faults();
  api.forget_requests();
  folder.write("state.json", before.airbyte_state());
  const Outcome second = read({"--state", "state.json"});
  EXPECT_EQ(second.exit_code, 0) << second;
  EXPECT_EQ(api.count("/pokemon"), 0u);
  EXPECT_EQ(api.requests().front().path, "/p10");
  std::set<std::string> seen;
  for (const auto* out : {&killed.out, &second.out}) {
    const std::vector<std::string> names = Messages(*out).texts("RECORD", "/record/data/name");
    seen.insert(names.begin(), names.end());
  }
  EXPECT_EQ(seen, all);
  EXPECT_EQ(Messages(second.out).states("pokemon").back(), "{}");
}

INSTANTIATE_TEST_SUITE_P(Signals, AirbyteKill, ::testing::Values(SIGKILL, SIGTERM, SIGINT));

// The parts of one stream run at once, each with a bookmark of its own.
TEST_F(PlatformTest, SlicesGoOnWhereEachOfThemStopped) {
  folder.write("catalog.json", configured({{"updates", kIncremental}}));
  const std::vector<std::string> words{"source",    "updates",      "read",    "--config",  "config.json",
                                       "--catalog", "catalog.json", "--state", "state.json"};
  folder.write("state.json", "[]");
  api.fail("*", Fault::with_status(404).at(6).for_ever());
  const Outcome first = integ(words);
  EXPECT_EQ(first.exit_code, 1) << first;
  const Messages before(first.out);
  EXPECT_EQ(before.statuses("updates").back(), "INCOMPLETE");
  folder.write("state.json", before.airbyte_state().empty() ? "[]" : before.airbyte_state());
  api.clear_faults();
  const Outcome second = integ(words);
  EXPECT_EQ(second.exit_code, 0) << second;
  const Messages after(second.out);
  EXPECT_EQ(after.statuses("updates").back(), "COMPLETE");
  std::set<std::string> seen;
  for (const Messages* messages : {&before, &after}) {
    const std::vector<std::string> ids = messages->texts("RECORD", "/record/data/id");
    seen.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(seen.size(), 3 * fixture_api::Updates::items_per_part);

  api.updates().add("b", {"b-late", "2026-06-01T00:00:00Z"});
  folder.write("state.json", after.airbyte_state());
  const Outcome third = integ(words);
  EXPECT_EQ(third.exit_code, 0) << third;
  EXPECT_THAT(Messages(third.out).texts("RECORD", "/record/data/id"), ElementsAre("b-late"));
}

// A state that was mended by hand, or went through a tool that drops what is null.
TEST_F(PlatformTest, SlicesGoOnFromAStateWithoutTheSharedOne) {
  folder.write("catalog.json", configured({{"updates", kIncremental}}));
  const std::string slices = R"("slices":{"a":{"since":"2026-01-01T00:00:03Z"},"b":{"since":"2026-01-01T00:00:05Z"}})";
  for (const std::string& state :
       {"{" + slices + "}", R"({"since":"2026-07-01T00:00:00Z","shared":null,)" + slices + "}"}) {
    folder.write("state.json", stream_state("updates", state));
    api.forget_requests();
    const Outcome run = integ(
        {"source", "updates", "read", "--config", "config.json", "--catalog", "catalog.json", "--state", "state.json"});
    EXPECT_EQ(run.exit_code, 0) << run;
    std::set<std::string> since;
    for (const auto& request : api.requests()) {
      since.insert(std::string(request.parameter("part")) + " " + std::string(request.parameter("since")));
    }
    EXPECT_THAT(since, ElementsAre("a 2026-01-01T00:00:03Z", "b 2026-01-01T00:00:05Z", "c ")) << state;
    EXPECT_EQ(run.out.find("nothing is gone on from since") != std::string::npos, state.starts_with(R"({"since)"));
  }
}

}  // namespace
}  // namespace integration
