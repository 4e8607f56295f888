// What is repeated and how often: over a scripted transport, on a clock that only sleeps move.
#include "base/error.hpp"
#include "harness.hpp"
#include "http/backoff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::http::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Why = TransportError::Why;

const std::string kUrl = "http://api.test/orders?token=abc";

TEST(ClientPolicy, AnAnswerIsReturnedWithItsBodyAndHeaders) {
  Harness h;
  h.transport.then(200, R"({"a":1})", {{"X-Page", "1", false}});
  const Client::Outcome outcome = h.get(kUrl);
  EXPECT_FALSE(outcome.again);
  EXPECT_EQ(outcome.answer.status, 200);
  EXPECT_EQ(*outcome.answer.body, R"({"a":1})");
  EXPECT_EQ(*outcome.answer.header("x-page"), "1");
  EXPECT_EQ(outcome.answer.url, kUrl);
  EXPECT_GE(outcome.answer.body->capacity(), outcome.answer.body->size() + 64);
  EXPECT_EQ(h.acceptor.shown, outcome.answer.body->size()) << "the acceptor saw it arrive";
  EXPECT_EQ(h.counters.requests, 1u);
  EXPECT_EQ(h.counters.retries, 0u);
  EXPECT_EQ(h.counters.received_bytes, 7u);
}

struct StatusCase {
  int status;
  std::size_t requests;  // of a server that answers so for ever
  Kind kind;
};
class EveryStatus : public ::testing::TestWithParam<StatusCase> {};

TEST_P(EveryStatus, IsRepeatedOrNot) {
  Harness h;
  h.transport.then(GetParam().status, "no luck");
  const Error error = h.error_of_get(kUrl);
  EXPECT_EQ(h.transport.sent.size(), GetParam().requests);
  EXPECT_EQ(error.kind(), GetParam().kind) << error.what();
  EXPECT_EQ(error.http_status(), GetParam().status);
  EXPECT_THAT(error.message(), HasSubstr(std::to_string(GetParam().status)));
  EXPECT_EQ(error.where().request, "GET http://api.test/orders?token=***");
  EXPECT_EQ(h.failed.status, GetParam().status) << "the failed answer stays readable";
  EXPECT_EQ(*h.failed.body, "no luck");
}

INSTANTIATE_TEST_SUITE_P(Http, EveryStatus,
                         ::testing::Values(StatusCase{400, 1, Kind::http}, StatusCase{401, 1, Kind::auth},
                                           StatusCase{403, 1, Kind::auth}, StatusCase{404, 1, Kind::not_found},
                                           StatusCase{408, 6, Kind::http}, StatusCase{425, 6, Kind::http},
                                           StatusCase{422, 1, Kind::http}, StatusCase{500, 6, Kind::transient},
                                           StatusCase{501, 1, Kind::transient}, StatusCase{502, 6, Kind::transient},
                                           StatusCase{503, 6, Kind::transient}, StatusCase{504, 6, Kind::transient},
                                           StatusCase{505, 1, Kind::transient}, StatusCase{507, 6, Kind::transient},
                                           StatusCase{599, 6, Kind::transient}, StatusCase{522, 6, Kind::transient},
                                           StatusCase{304, 1, Kind::http}, StatusCase{302, 1, Kind::http}),
                         [](const auto& each) { return "s" + std::to_string(each.param.status); });

TEST(ClientPolicy, AFailureIsRepeatedUntilItPasses) {
  Harness h;
  h.transport.then(500).then_fail(Why::connect).then_fail(Why::reset).then_fail(Why::timeout).then(200);
  EXPECT_EQ(h.get(kUrl).answer.status, 200);
  EXPECT_EQ(h.transport.sent.size(), 5u);
  EXPECT_EQ(h.counters.retries, 4u);
  EXPECT_EQ(h.acceptor.begun, 5) << "each attempt begins anew";
  EXPECT_GE(h.slept_ms(), 4 * 50) << "never without the floor";
  EXPECT_LE(h.slept_ms(), 500 + 1000 + 2000 + 4000);
  EXPECT_EQ(h.counters.waiting_until_ms, 0);
}

TEST(ClientPolicy, APermanentFailureIsNot) {
  for (const Why why : {Why::tls, Why::too_large, Why::bad_url, Why::decode}) {
    Harness h;
    h.transport.then_fail(why, true);
    h.error_of_get(kUrl);
    EXPECT_EQ(h.transport.sent.size(), 1u);
    EXPECT_EQ(h.slept_ms(), 0);
  }
}

TEST(ClientPolicy, F095_NothingNewIsAnAnswerOnlyToWhoAskedForWhatIsNew) {
  for (const char* condition : {"If-None-Match", "if-modified-since"}) {
    Harness h;
    h.acceptor.refuse = true;
    h.transport.then(304, "");
    EXPECT_EQ(h.get(kUrl, {{condition, "x", false}}).answer.status, 304);
  }
  Harness unasked;
  unasked.transport.then(304, "");
  EXPECT_THAT(unasked.error_of_get(kUrl).message(), HasSubstr("no condition"));
}

TEST(ClientPolicy, OnlyWhatMayBeRepeatedIs) {
  const auto attempts = [](Request request, Why why) {
    Harness h;
    h.transport.then_fail(why);
    request.url = kUrl;
    h.error_of(request);
    return h.transport.sent.size();
  };
  Request post;
  post.method = "POST";
  EXPECT_EQ(attempts(post, Why::reset), 1u);
  EXPECT_EQ(attempts(post, Why::timeout), 1u);
  EXPECT_EQ(attempts(post, Why::connect), 6u) << "surely before sending";
  Request safe = post;
  safe.retry_safe = true;
  EXPECT_EQ(attempts(safe, Why::reset), 6u);
  Request keyed = post;
  keyed.headers.push_back({"idempotency-key", "k1", false});
  EXPECT_EQ(attempts(keyed, Why::reset), 6u);
  Request put;
  put.method = "PUT";
  EXPECT_EQ(attempts(put, Why::reset), 6u);
}

TEST(ClientPolicy, WhatMayNotBeRepeatedGetsAFreshConnection) {
  Harness h;
  h.transport.then(200);
  Request post;
  post.method = "POST";
  post.url = kUrl;
  h.exchange(post);
  h.get(kUrl);
  EXPECT_TRUE(h.transport.sent[0].fresh);
  EXPECT_FALSE(h.transport.sent[1].fresh);
}

TEST(ClientPolicy, ADeadReusedConnectionIsNoAttempt) {
  Settings settings;
  settings.max_attempts = 1;
  Harness h(settings);
  h.transport.then_fail(Why::reset_early).then(200);
  EXPECT_EQ(h.get(kUrl).answer.status, 200);
  EXPECT_EQ(h.slept_ms(), 0);
  EXPECT_TRUE(h.transport.sent[1].fresh);
  EXPECT_EQ(h.counters.retries, 0u);

  Harness twice(settings);
  twice.transport.then_fail(Why::reset_early);
  twice.error_of_get(kUrl);
  EXPECT_EQ(twice.transport.sent.size(), 2u) << "at once, but only once";
}

TEST(ClientPolicy, RebuildSendsOnceACallAndWaits) {
  Harness h;
  h.transport.then(500).then(429, "", {{"Retry-After", "20", false}}).then(401).then(200);
  Request request = get_request(kUrl);
  request.rebuild = true;
  for (const int status : {500, 429, 401}) {
    const Client::Outcome outcome = h.exchange(request);
    EXPECT_TRUE(outcome.again);
    EXPECT_EQ(outcome.answer.status, status);
  }
  EXPECT_GE(h.slept_ms(), 20'000);
  EXPECT_FALSE(h.exchange(request).again);
  EXPECT_EQ(h.transport.sent.size(), 4u);
  EXPECT_EQ(h.budget.attempts, 0) << "the budget ends with its request";
}

TEST(ClientPolicy, RebuildEndsWithItsBudgetAndWithASecond401) {
  Harness h;
  h.transport.then(500);
  Request request = get_request(kUrl);
  request.rebuild = true;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(h.exchange(request).again);
  EXPECT_EQ(h.error_of(request).kind(), Kind::transient);

  Harness refused;
  refused.transport.then(401);
  EXPECT_TRUE(refused.exchange(request).again);
  EXPECT_EQ(refused.error_of(request).kind(), Kind::auth);
}

Rule rule(int status, Rule::Then then) {
  Rule out;
  out.status_from = out.status_to = status;
  out.then = then;
  return out;
}

TEST(ClientPolicy, RulesComeBeforeTheDefaults) {
  Settings settings;
  settings.rules = {rule(404, Rule::Then::retry), rule(410, Rule::Then::ignore), rule(500, Rule::Then::fail)};
  Rule throttled;
  throttled.pointer = "/code";
  throttled.equals = "THROTTLED";
  throttled.has_equals = true;
  throttled.then = Rule::Then::rate_limited;
  settings.rules.push_back(throttled);

  Harness retried(settings);
  retried.transport.then(404).then(200);
  EXPECT_EQ(retried.get(kUrl).answer.status, 200);

  Harness ignored(settings);
  ignored.transport.then(410, "gone");
  const Client::Outcome outcome = ignored.get(kUrl);
  EXPECT_TRUE(outcome.answer.ignored);
  EXPECT_EQ(outcome.answer.status, 410);

  Harness failed(settings);
  failed.transport.then(500);
  failed.error_of_get(kUrl);
  EXPECT_EQ(failed.transport.sent.size(), 1u);

  Settings refreshing;
  refreshing.rules = {rule(403, Rule::Then::refresh)};
  Harness refused(refreshing);
  refused.transport.then(403);
  EXPECT_EQ(refused.error_of_get(kUrl).status(), INTEG_E_AUTH) << "what the connection's refresher listens to";
  EXPECT_EQ(refused.transport.sent.size(), 1u);

  Harness body(settings);
  body.transport.then(200, R"({"code":"THROTTLED"})").then(200, R"({"code":"OK"})");
  EXPECT_EQ(*body.get(kUrl).answer.body, R"({"code":"OK"})");
  EXPECT_GE(body.slept_ms(), kThrottledBackoff.floor.count());
}

TEST(ClientPolicy, ASecretInAnErrorsBodyIsMasked) {
  Harness h;
  h.secrets.add("registered-secret");
  h.transport.then(400, "bad token abcdef123456, key registered-secret \x01\n and more");
  Request request = get_request(kUrl);
  request.headers = {{"Authorization", "Bearer abcdef123456", true}};
  const Error error = h.error_of(request);
  EXPECT_THAT(error.message(), Not(HasSubstr("abcdef123456")));
  EXPECT_THAT(error.message(), Not(HasSubstr("registered-secret")));
  EXPECT_THAT(error.message(), HasSubstr("bad token ***"));
  EXPECT_THAT(error.message(), Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace integ::http::testing
