// Requests that go ahead of their time: when they are sent, what they leave behind, and what becomes of their answers.
#include "harness.hpp"
#include "http/client.hpp"
#include "http/recorder.hpp"
#include "http/replay.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace integ::http {
namespace {

using testing::get_request;
using testing::Harness;
using testing::LooksAcceptor;

constexpr const char* kUrl = "http://api.test/items?page=2";

struct Ahead : ::testing::Test {
  explicit Ahead(Settings settings = {}) : h(std::move(settings)) {}
  Client::Ahead send(const Request& request = get_request(kUrl)) {
    LooksAcceptor keeper;
    return h.client.send_ahead(request, keeper, {.stream = "orders", .cancellation = &h.cancellation});
  }
  // The connector's own first request, to the script's first answer.
  void begin() { h.get("http://api.test/items"); }
  Client::Outcome claim(Client::Ahead ahead, const Request& request = get_request(kUrl)) {
    return h.client.exchange(request, h.acceptor, {"orders", &h.cancellation, &h.counters}, h.budget, &h.failed,
                             std::move(ahead.early));
  }
  Harness h;
};

TEST_F(Ahead, ItsAnswerIsUsedAsIfItHadJustCome) {
  h.transport.then(200).then(200, R"({"page":2})", {{"X-A", "1"}});
  begin();
  Client::Ahead ahead = send();
  ASSERT_TRUE(ahead.sent && ahead.early);
  EXPECT_EQ(h.transport.sent.size(), 2U);
  const int begun = h.acceptor.begun;
  const Client::Outcome outcome = claim(std::move(ahead));
  EXPECT_EQ(h.transport.sent.size(), 2U) << "nothing more was sent";
  EXPECT_EQ(h.acceptor.begun, begun + 1);
  EXPECT_EQ(h.acceptor.shown, outcome.answer.body->size());
  EXPECT_EQ(*outcome.answer.body, R"({"page":2})");
  EXPECT_EQ(*outcome.answer.header("x-a"), "1");
  EXPECT_EQ(outcome.answer.url, kUrl);
}

TEST_F(Ahead, ItGoesOnlyWhereTheConnectorHasAskedOfItsOwnAccord) {
  EXPECT_FALSE(send().sent) << "nobody has asked there yet";
  h.transport.then(200);
  begin();
  h.follow(get_request("http://127.0.0.1/linked"), "http://api.test/items");
  const std::size_t sent = h.transport.sent.size();
  EXPECT_FALSE(send(get_request("http://127.0.0.1/linked?page=2")).sent) << "only a page has led there";
  EXPECT_FALSE(send(get_request("http://elsewhere.test/")).sent);
  EXPECT_FALSE(send(get_request("no url")).sent);
  EXPECT_EQ(h.transport.sent.size(), sent);
}

TEST_F(Ahead, AFailureIsNotRepeatedAndTakesFromNoBudget) {
  h.transport.then(200).then(500).then_fail(TransportError::Why::timeout).then(200, "<html>").then(200, "{").then(401);
  begin();
  for (int i = 0; i < 5; ++i) {
    const Client::Ahead ahead = send();
    EXPECT_TRUE(ahead.sent) << i;
    EXPECT_FALSE(ahead.early) << i;
  }
  EXPECT_EQ(h.transport.sent.size(), 6U);
  EXPECT_EQ(h.slept_ms(), 0);
}

TEST_F(Ahead, ARefusalClosesTheGateAndNoOtherGoesUntilItOpens) {
  h.transport.then(200).then(429, "", {{"Retry-After", "30"}}).then(200);
  begin();
  EXPECT_FALSE(send().early);
  EXPECT_FALSE(send().sent);
  EXPECT_EQ(h.transport.sent.size(), 2U);
  EXPECT_EQ(h.get(kUrl).answer.status, 200);
  EXPECT_GE(h.slept_ms(), 30'000) << "who asks himself waits for the gate";
  EXPECT_EQ(h.counters.retries, 0U);
}

TEST_F(Ahead, AWaitThatIsAnErrorIsLeftToWhoAsks) {
  h.transport.then(200).then(429, "", {{"Retry-After", "86400"}});
  begin();
  EXPECT_FALSE(send().early);
  EXPECT_NE(std::string(h.error_of_get(kUrl).what()).find("max_retry_after"), std::string::npos);
  EXPECT_EQ(h.slept_ms(), 0);
}

TEST_F(Ahead, WhatIsNotGoodIsForgottenAndTheExchangeBegins) {
  h.transport.then(200).then(200, R"({"page":2})").then(200, R"({"page":"2, again"})");
  begin();
  Client::Ahead ahead = send();
  ASSERT_TRUE(ahead.early);
  *ahead.early->answer.body = "{";  // another judge would say so
  EXPECT_EQ(*claim(std::move(ahead)).answer.body, R"({"page":"2, again"})");
  EXPECT_EQ(h.counters.retries, 0U);
  EXPECT_EQ(h.slept_ms(), 0);
}

TEST_F(Ahead, AnAnswerToAnotherUrlIsNotTaken) {
  h.transport.then(200).then(200, R"({"page":2})").then(200, R"({"page":3})");
  begin();
  Client::Ahead ahead = send();
  ASSERT_TRUE(ahead.early);
  EXPECT_EQ(*claim(std::move(ahead), get_request("http://api.test/items?page=3")).answer.body, R"({"page":3})");
}

struct RuledAhead : Ahead {
  RuledAhead() : Ahead(ruled()) {}
  static Settings ruled() {
    Rule rule;
    rule.pointer = "/error";
    rule.equals = "slow down";
    rule.has_equals = true;
    rule.then = Rule::Then::rate_limited;
    Settings out;
    out.rules = {rule};
    return out;
  }
};

TEST_F(RuledAhead, RulesHoldAheadToo) {
  h.transport.then(200).then(200, R"({"error":slow down})").then(200);
  begin();
  EXPECT_FALSE(send().early);
  EXPECT_FALSE(send().sent) << "the gate is closed";
}

struct RatedAhead : Ahead {
  RatedAhead() : Ahead(Settings{.requests_per_second = 2}) {}
};

TEST_F(RatedAhead, TheBucketHoldsAheadToo) {
  h.transport.then(200).then(200);
  begin();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(send().sent);
  for (std::size_t i = 1; i < h.transport.sent.size(); ++i) {
    EXPECT_GE(h.transport.sent[i].at - h.transport.sent[i - 1].at, milliseconds(500)) << i;
  }
}

TEST_F(RatedAhead, ItHoldsForHopsOfARedirectToo) {
  h.transport.then(200).then(302, "", {{"Location", "/moved"}}).then(200);
  begin();
  EXPECT_TRUE(send().early);
  ASSERT_EQ(h.transport.sent.size(), 3U);
  EXPECT_EQ(h.slept_ms(), 1'000);
}

TEST_F(Ahead, ARedirectIsNotFollowedToAClosedGate) {
  h.transport.then(200, "{}", {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "30"}})
      .then(200)
      .then(302, "", {{"Location", "http://127.0.0.1/moved"}})
      .then(200);
  h.get("http://127.0.0.1/");
  begin();
  EXPECT_FALSE(send().early);
  EXPECT_EQ(h.transport.sent.size(), 3U);
  EXPECT_EQ(h.slept_ms(), 0);
}

TEST(AheadOnTape, NothingGoesAheadInARecordingOrAReplay) {
  ManualClock clock;
  const Secrets secrets;
  Recorder recorder(secrets);
  auto under = std::make_unique<testing::ScriptedTransport>(clock);
  under->then(200);
  const testing::ScriptedTransport& sent = *under;
  RecordingTransport recording(std::move(under), recorder);
  Harness h(recording, {}, {"api.test"});
  h.get("http://api.test/items");
  LooksAcceptor keeper;
  EXPECT_FALSE(h.client.send_ahead(get_request(kUrl), keeper, {}).sent);
  EXPECT_EQ(sent.sent.size(), 1U);
  Cassette cassette({}, "tape", secrets);
  EXPECT_FALSE(ReplayTransport(cassette).may_go_ahead());
}

}  // namespace
}  // namespace integ::http
