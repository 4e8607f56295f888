// A body that breaks in the middle of a streaming emission doubles no record and loses none.
#include "streaming_case.hpp"

#include <functional>

namespace integ::sync {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(Streaming, ACutAfterRecordsWentOutIsMendedWithoutDoubling) {
  const std::string array = items(1, kMany);
  for (const std::size_t at : {array.size() / 3, array.size() / 2, array.size() - 1}) {
    ids.clear();
    got = {};
    script({cut(array.substr(0, at)), cut(array.substr(0, at / 2)), page(array)});
    run({});
    expect_once(kMany);
    EXPECT_EQ(asked, 3U);
    EXPECT_EQ(got.emitted, std::uint64_t{kMany});
    EXPECT_EQ(got.highest, std::to_string(kMany));
  }
  const std::string text = lines(1, kMany);
  ids.clear();
  script({cut(text.substr(0, text.size() / 2)), page(text, whole(text))});
  run({.records = "", .parser = "jsonl"});
  expect_once(kMany);
}

// F040
TEST_F(Streaming, F040_AConnectionThatEndsInsideALineIsNoEnd) {
  const std::string text = lines(1, kMany);
  const std::string torn = text + R"({"id":)";
  for (const std::uint32_t flags : {std::uint32_t{INTEG_EMIT_STREAMING}, std::uint32_t{0}}) {
    ids.clear();
    script({page(torn), page(text)});
    run({.records = "", .parser = "jsonl", .flags = flags});
    expect_once(kMany);
    EXPECT_EQ(asked, 2U);
    // A whole object without a line's end: whether it was the last one nobody knows, unless the end was told.
    ids.clear();
    std::string open = text;
    open.pop_back();
    script({page(open), page(open, whole(open))});
    run({.records = "", .parser = "jsonl", .flags = flags});
    expect_once(kMany);
    EXPECT_EQ(asked, 2U);
    // An empty export is one, when it was told to be.
    ids.clear();
    script({page("", whole(""))});
    run({.records = "", .parser = "jsonl", .flags = flags});
    EXPECT_EQ(got.statuses.back(), INTEG_OK);
    EXPECT_THAT(ids, IsEmpty());
    EXPECT_EQ(asked, 1U);
  }
}

TEST_F(Streaming, ABodyThatChangedBetweenTheAttemptsEndsTheEmission) {
  const std::string before = items(1, kMany);
  const std::string first_half = before.substr(0, before.size() / 2);
  const std::string changed = items(0, kMany);
  const std::string shorter = items(1, 5);
  for (const std::string& next : {changed, shorter}) {
    ids.clear();
    got = {};
    script({cut(first_half), page(next), page(before)});
    run({});
    EXPECT_EQ(asked, 2U) << "final at once";
    EXPECT_THAT(got.statuses, ElementsAre(INTEG_E_NETWORK));
    EXPECT_THAT(error().what(), AllOf(HasSubstr("another one than before"), HasSubstr("records of it")));
    EXPECT_EQ(world.lines.with("were passed on before it failed"), next == changed ? 1U : 2U);
    EXPECT_EQ(error().kind(), Kind::transient) << "another run may succeed";
    EXPECT_FALSE(ids.empty());
    EXPECT_EQ(ids.size(), recorder->record_count);
    std::vector<int> sorted = ids;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end()) << "nothing twice";
    EXPECT_THAT(commits.by_stream["orders"], ::testing::Not(::testing::Contains(HasSubstr("done"))));
  }
}

TEST_F(Streaming, ARebuiltRequestGoesOnBehindWhatIsOut) {
  const std::string array = items(1, kMany);
  script({cut(array.substr(0, array.size() / 2)), page(array)});
  run({.request_flags = INTEG_REQUEST_REBUILD});
  expect_once(kMany);
  EXPECT_THAT(got.statuses, ElementsAre(INTEG_AGAIN, INTEG_OK));
  EXPECT_EQ(got.emitted, std::uint64_t{kMany});
}

TEST_F(Streaming, AFaultInTheBodyKeepsWhatIsOutAndIsSaid) {
  std::string broken = items(1, kMany);
  broken[broken.size() - 20] = '!';
  script({page(broken)});
  run({});
  EXPECT_EQ(asked, 2U) << "tried twice";
  EXPECT_THAT(error().what(), HasSubstr("breaks at byte"));
  EXPECT_FALSE(ids.empty());
  expect_once(static_cast<int>(ids.size()));
  ids.clear();
  std::string odd = items(1, kMany);
  odd.insert(odd.size() - 2, ",7");
  script({page(odd)});
  run({});
  EXPECT_EQ(got.statuses.back(), INTEG_E_MALFORMED);
  EXPECT_THAT(error().what(), HasSubstr("element " + std::to_string(kMany)));
}

// A request after one that was given up goes on behind nothing.
TEST_F(Streaming, WhatIsOutBelongsToItsRequestAlone) {
  const std::string array = items(1, kMany);
  script({cut(array.substr(0, array.size() / 2))});
  TestConnector connector;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                     integ_request request{};
                     request.size = sizeof request;
                     request.url = str(kUrl);
                     request.flags = INTEG_REQUEST_REBUILD;
                     integ_emit options{};
                     options.size = sizeof options;
                     options.flags = INTEG_EMIT_STREAMING;
                     options.records = str("/items");
                     integ_response* answer = nullptr;
                     std::uint64_t emitted = 0;
                     EXPECT_EQ(host.emit_batch(context, &request, &options, &answer, &emitted), INTEG_AGAIN);
                     request.url = str("http://api.test/status");
                     request.flags = 0;
                     EXPECT_EQ(host.fetch(context, &request, &answer), INTEG_OK);
                     request.url = str("http://api.test/other");
                     return host.emit_batch(context, &request, &options, &answer, &emitted);
                   }});
  Source source(world, connector);
  source.pages().answer(kUrl, answers[kUrl]).page("http://api.test/status", "{}");
  source.pages().page("http://api.test/other", items(7, 9));
  result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(session.count("records orders 7 8 9"), 1U);
}

TEST_F(Streaming, AnOutputThatBreaksIsTheOneToBlame) {
  script({page(items(1, kMany))});
  on_batch = [](const Batch&) { throw Error(Kind::output, "No space left on device"); };
  run({});
  ASSERT_TRUE(result.error);
  EXPECT_THAT(result.error->what(), HasSubstr("No space left"));
  EXPECT_FALSE(result_of(result, "orders").complete);
  EXPECT_LE(asked, 1U) << "nothing to repeat";
}

TEST_F(Streaming, PagesThatGoRoundInACircleEnd) {
  TestConnector connector;
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                     for (;;) {
                       if (const integ_status status = emission(host, context, {}); status != INTEG_OK) return status;
                     }
                   }});
  Source source(world, connector);
  source.pages().page(kUrl, items(1, 10));
  result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_THAT(error().what(), HasSubstr("circle"));
  EXPECT_EQ(source.pages().asked(kUrl), 2U);
}

}  // namespace
}  // namespace integ::sync
