// From where an incremental run asks, and what it stores: over two runs, as the host would make them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace {

using integ::testing::Host;
using integ::testing::Result;
using ::testing::ElementsAre;
using ::testing::SizeIs;

struct Config {
  std::string url = "http://h";
};
INTEG_FIELDS(Config, url)

struct State {
  integ::DateTime since;
};
INTEG_FIELDS(State, since)

// The rows of one page, read from `state` on by a run that begins at `began`.
Result run(const std::string& rows, const std::string& stored, const std::string& began,
           std::chrono::nanoseconds look_back = {}) {
  auto source = integ::Source::with_config<Config>("x", "1.0.0");
  source.stream(integ::incremental("s"), [look_back](integ::HttpContext& ctx) {
    auto state = ctx.state<State>();
    auto window = integ::window(ctx, state.since, look_back);
    auto request = integ::Request(ctx.config<Config>().url).path("rows");
    if (!window.from().empty()) request.query("since", window.from());
    ctx.emit_batch(request, "/rows", integ::max("/at", window.latest));
    state.since = window.next();
    ctx.emit_state(state);
  });
  Host host;
  host.config(R"({"url":"http://h"})").state(stored).selection(R"({"started_at":")" + began + "\"}");
  for (const char* since : {"", "?since=2026-01-01T00%3A00%3A10Z", "?since=2026-01-01T00%3A00%3A08Z",
                            "?since=2026-07-23T21%3A59%3A38-08%3A00"}) {
    host.page("http://h/rows" + std::string(since), R"({"rows":[)" + rows + "]}");
  }
  return host.run(source.descriptor(), "s");
}

TEST(Window, F060_TheGreatestInstantIsTheCursorWhateverItsZone) {
  const auto result =
      run(R"({"at":"2026-07-23T23:59:38+05:30"},{"at":"2026-07-23T21:59:38-08:00"},{"at":"2026-07-23T22:59:38Z"})",
          "{}", "2026-08-01T00:00:00Z");
  EXPECT_THAT(result.states(), ElementsAre(R"({"since":"2026-07-23T21:59:38-08:00"})"));
  const auto next = run("", result.state(), "2026-08-02T00:00:00Z");
  EXPECT_TRUE(next.ok()) << next.error;
  EXPECT_THAT(next.urls(), ElementsAre("http://h/rows?since=2026-07-23T21%3A59%3A38-08%3A00"));
  EXPECT_THAT(next.states(), ElementsAre(R"({"since":"2026-07-23T21:59:38-08:00"})")) << "nothing new moves nothing";
}

TEST(Window, F061_RowsThatArriveLateAreFoundByLookingBack) {
  const auto first = run(R"({"at":"2026-01-01T00:00:10Z"})", "{}", "2026-01-01T00:00:11Z", std::chrono::seconds(2));
  EXPECT_EQ(first.state(), R"({"since":"2026-01-01T00:00:10Z"})");
  const auto second = run(R"({"at":"2026-01-01T00:00:09Z"},{"at":"2026-01-01T00:00:10Z"})", first.state(),
                          "2026-01-01T00:01:00Z", std::chrono::seconds(2));
  EXPECT_THAT(second.urls(), ElementsAre("http://h/rows?since=2026-01-01T00%3A00%3A08Z"));
  EXPECT_THAT(second.records(), SizeIs(2));
  EXPECT_EQ(second.state(), first.state()) << "it never goes back";
}

TEST(Window, F061_TheCursorIsCappedAtTheBeginningOfTheRun) {
  const auto ahead =
      run(R"({"at":"2026-01-01T00:00:10Z"},{"at":"2031-05-05T00:00:00Z"})", "{}", "2026-01-01T00:01:00Z");
  EXPECT_EQ(ahead.state(), R"({"since":"2026-01-01T00:01:00Z"})");
  const auto clock_behind =
      run(R"({"at":"2026-01-01T00:00:12Z"})", R"({"since":"2026-01-01T00:00:10Z"})", "2026-01-01T00:00:05Z");
  EXPECT_EQ(clock_behind.state(), R"({"since":"2026-01-01T00:00:10Z"})") << "nor does a clock that went back move it";
}

TEST(Window, F063_UnsortedPagesLeaveTheGreatest) {
  const auto result =
      run(R"({"at":"2026-01-03"},{"at":"2026-01-01"},{"at":"2026-01-02"})", "{}", "2026-02-01T00:00:00Z");
  EXPECT_THAT(result.states(), ElementsAre(R"({"since":"2026-01-03"})")) << "one state, at the end";
}

TEST(Window, WithoutRowsAndWithoutAStateThereIsNone) {
  const auto result = run("", "{}", "2026-02-01T00:00:00Z");
  EXPECT_EQ(result.state(), R"({"since":""})");
  EXPECT_THAT(result.urls(), ElementsAre("http://h/rows"));
}

// One run over a list of pages, windowed; `sorted` for pages that come oldest first.
Result windowed(Host& host, const std::string& stored, const std::string& began, bool sorted = false,
                const std::optional<integ::DateTime>& start = {}) {
  auto source = integ::Source::with_config<Config>("x", "1.0.0");
  source.stream(integ::incremental("s"), [=](integ::HttpContext& ctx) {
    integ::Windowed window(ctx, std::chrono::minutes(1), start);
    const auto request =
        integ::Request(ctx.config<Config>().url).path("rows").query("min", window.from()).query("max", window.to());
    if (sorted) {
      integ::pages(ctx, request, integ::next_link("/next"), "/rows", window.sorted("/at"));
    } else {
      integ::pages(ctx, request, integ::next_link("/next"), "/rows", window.checkpoint().forgotten(400));
    }
    window.finish();
  });
  host.config(R"({"url":"http://h"})").state(stored).selection(R"({"started_at":")" + began + "\"}");
  return host.run(source.descriptor(), "s");
}

const char* const kFirst = "http://h/rows?max=2026-01-01T00%3A00%3A00Z";
const char* const kNext = R"("next":"/p2")";

TEST(Windowed, EndsWhenItsRunBeganAndTheNextLooksBack) {
  Host host;
  host.page(kFirst, R"({"rows":[{"at":"2020-01-01T00:00:00Z"}]})")
      .page("http://h/rows?min=2025-12-31T23%3A59%3A00Z&max=2026-01-02T00%3A00%3A00Z", R"({"rows":[]})");
  const Result first = windowed(host, "{}", "2026-01-01T00:00:00Z");
  EXPECT_THAT(first.states(), ElementsAre(R"({"to":"2026-01-01T00:00:00Z"})"));
  const Result second = windowed(host, first.state(), "2026-01-02T00:00:00Z");
  EXPECT_TRUE(second.ok()) << second.error;
  EXPECT_EQ(second.state(), R"({"to":"2026-01-02T00:00:00Z"})");
}

TEST(Windowed, TheFirstBeginsAtTheStart) {
  Host host;
  host.page("http://h/rows?min=2025-06-01&max=2026-01-01T00%3A00%3A00Z", R"({"rows":[]})");
  EXPECT_TRUE(windowed(host, "{}", "2026-01-01T00:00:00Z", false, integ::DateTime("2025-06-01")).ok());
}

TEST(Windowed, ThatWasCutGoesOnAtItsPageWithItsEnd) {
  Host host;
  host.page(kFirst, R"({"rows":[{"at":"a"}],)" + std::string(kNext) + "}").answer("http://h/p2", {403, "", {}});
  const Result cut = windowed(host, R"({"x":1})", "2026-01-01T00:00:00Z");
  EXPECT_EQ(cut.state(), R"({"to":"","until":"2026-01-01T00:00:00Z","next":"/p2","x":1})");

  Host later;
  later.page("http://h/p2", R"({"rows":[{"at":"b"}]})");
  const Result rest = windowed(later, cut.state(), "2026-01-05T00:00:00Z");
  EXPECT_THAT(rest.urls(), ElementsAre("http://h/p2"));
  EXPECT_EQ(rest.state(), R"({"to":"2026-01-01T00:00:00Z","x":1})");

  Host forgotten;
  forgotten.answer("http://h/p2", {400, "", {}}).page(kFirst, R"({"rows":[]})");
  const Result anew = windowed(forgotten, cut.state(), "2026-01-05T00:00:00Z");
  EXPECT_THAT(anew.urls(), ElementsAre("http://h/p2", kFirst)) << "the same window";
  EXPECT_EQ(anew.state(), R"({"to":"2026-01-01T00:00:00Z","x":1})");
}

TEST(Windowed, APageWithoutAWindowIsNone) {
  Host host;
  host.page(kFirst, R"({"rows":[]})");
  for (const char* half : {R"({"next":"/p2"})", R"({"until":"2020-01-01T00:00:00Z"})"}) {
    EXPECT_EQ(windowed(host, half, "2026-01-01T00:00:00Z").state(), R"({"to":"2026-01-01T00:00:00Z"})") << half;
  }
}

TEST(Windowed, SortedPagesLeaveTheirLatestTime) {
  Host host;
  host.page(kFirst, R"({"rows":[{"at":"2025-01-01T00:00:00Z"}],)" + std::string(kNext) + "}")
      .page("http://h/p2", R"({"rows":[{"at":"2025-02-01T01:00:00+01:00"},{"at":null}]})");
  const Result result = windowed(host, R"({"x":1})", "2026-01-01T00:00:00Z", true);
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.states(),
              ElementsAre(R"({"to":"2025-01-01T00:00:00Z","x":1})", R"({"to":"2025-02-01T01:00:00+01:00","x":1})",
                          R"({"to":"2026-01-01T00:00:00Z","x":1})"));
}

}  // namespace
