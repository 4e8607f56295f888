// What is repeated, how often and after what wait: over a scripted transport, on a clock that only sleeps move.
#include "base/error.hpp"
#include "harness.hpp"
#include "http/backoff.hpp"
#include "http/gate.hpp"

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

TEST(ClientPolicy, TheFailingTimeIsABudgetToo) {
  Settings settings;
  settings.max_attempts = 1000;
  settings.max_failing = milliseconds(10'000);
  Harness h(settings);
  h.transport.then(500);
  EXPECT_THAT(h.error_of_get(kUrl).message(), HasSubstr("max_failing"));
  EXPECT_LE(h.slept_ms(), 10'000);
}

TEST(ClientPolicy, RetryAfterIsWaitedForAndIsNoAttempt) {
  Harness h;
  for (int i = 0; i < 10; ++i) h.transport.then(429, "", {{"Retry-After", "120", false}});
  h.transport.then(200);
  EXPECT_EQ(h.get(kUrl).answer.status, 200);
  EXPECT_EQ(h.slept_ms(), 10 * 120'000);
  EXPECT_EQ(h.counters.waited_ms, 10u * 120'000u);
  ASSERT_FALSE(h.lines.lines.empty());
  EXPECT_THAT(h.lines.lines[0].message, HasSubstr("429"));
  EXPECT_THAT(h.lines.lines[0].message, HasSubstr("120 s"));
  EXPECT_EQ(h.lines.lines[0].stream, "orders");
}

TEST(ClientPolicy, ThrottlingEndsWithItsOwnBudget) {
  Harness h;
  h.transport.then(429, "", {{"Retry-After", "600", false}});
  const Error error = h.error_of_get(kUrl);
  EXPECT_EQ(error.kind(), Kind::rate_limited);
  EXPECT_LE(h.slept_ms(), 2 * 3'600'000);
  EXPECT_GE(h.slept_ms(), 3'600'000);
}

// F029: with whatever Retry-After, what the operator wrote ends it.
TEST(ClientPolicy, WhereTheOperatorGaveAttemptsEveryFailureIsOne) {
  for (const char* retry_after : {"", "0", "30", "Sun, 06 Nov 1994 08:00:00 GMT"}) {
    Settings settings;
    settings.max_attempts = 2;
    settings.max_attempts_given = true;
    Harness h(settings);
    h.transport.then(429, "", {{"Retry-After", retry_after, false}});
    EXPECT_EQ(h.error_of_get(kUrl).kind(), Kind::rate_limited);
    EXPECT_EQ(h.transport.sent.size(), 2u) << retry_after;
  }
}

TEST(ClientPolicy, AZeroRetryAfterForEverEnds) {
  Harness h;
  h.transport.then(429, "", {{"Retry-After", "0", false}});
  EXPECT_EQ(h.error_of_get(kUrl).kind(), Kind::rate_limited);
  EXPECT_LE(h.slept_ms(), 2 * 3'600'000);
  EXPECT_GT(h.transport.sent.size(), 6u) << "throttled answers are no attempts";
  EXPECT_LT(h.transport.sent.size(), 1'000u) << "and the waits grow nevertheless";
}

TEST(ClientPolicy, TooLongARetryAfterFailsAtOnceAndSaysSo) {
  for (const char* value : {"3601", "99999999999999999999999"}) {
    Harness h;
    h.transport.then(503, "", {{"Retry-After", value, false}});
    const Error error = h.error_of_get(kUrl);
    EXPECT_EQ(error.kind(), Kind::rate_limited);
    EXPECT_THAT(error.message(), HasSubstr("max_retry_after"));
    EXPECT_EQ(h.slept_ms(), 0);
  }
}

TEST(ClientPolicy, A403CanBeARateLimit) {
  Harness h;
  h.transport.then(403, "", {{"Retry-After", "7", false}})
      .then(403, "", {{"X-RateLimit-Remaining", "0", false}, {"X-RateLimit-Reset", "9", false}})
      .then(200);
  EXPECT_EQ(h.get(kUrl).answer.status, 200);
  EXPECT_GE(h.slept_ms(), 16'000);

  Harness plain;
  plain.transport.then(403, "", {{"X-RateLimit-Remaining", "0", false}});
  EXPECT_EQ(plain.error_of_get(kUrl).kind(), Kind::auth) << "without a reset it is a plain refusal";
  EXPECT_EQ(plain.transport.sent.size(), 1u);

  Harness passed;  // the limit was renewed while the answer was on its way
  const std::string just = std::to_string(passed.clock.unix_ms() / 1000 - 1);
  passed.transport.then(403, "", {{"X-RateLimit-Remaining", "0", false}, {"X-RateLimit-Reset", just, false}}).then(200);
  EXPECT_EQ(passed.get(kUrl).answer.status, 200);
  EXPECT_LE(passed.slept_ms(), 2'000);

  Harness stale;
  stale.transport.then(403, "", {{"X-RateLimit-Remaining", "0", false}, {"X-RateLimit-Reset", "1400000000", false}});
  EXPECT_EQ(stale.error_of_get(kUrl).kind(), Kind::auth);
}

TEST(ClientPolicy, AnApisOwnLimitHeaderIsHeeded) {
  Settings settings;
  settings.limit_header = "X-Shopify-Shop-Api-Call-Limit";
  settings.requests_per_second = 2;
  settings.burst = 40;
  Harness h(settings);
  const auto used = [](const char* value) {
    return std::vector<Header>{{"x-shopify-shop-api-call-limit", value, false}};
  };
  h.transport.then(200, "{}", used("1/40")).then(200, "{}", used("40/40")).then(200, "{}", used("nonsense"));
  h.get(kUrl);
  h.get(kUrl);
  EXPECT_EQ(h.slept_ms(), 0);
  h.get(kUrl);
  EXPECT_EQ(h.slept_ms(), 500) << "a full bucket leaks two a second";
  h.get(kUrl);
  EXPECT_EQ(h.slept_ms(), 1'000);

  settings.requests_per_second = 0;
  Harness unknown(settings);
  unknown.transport.then(200, "{}", used("40/40")).then(200, "{}", used("39/40"));
  for (int i = 0; i < 3; ++i) unknown.get(kUrl);
  EXPECT_EQ(unknown.slept_ms(), 1'000);
}

TEST(ClientPolicy, AnOutageUsesUpTheHostsQuota) {
  Harness h;
  h.transport.then(500);
  for (int i = 0; i < 20; ++i) h.error_of_get(kUrl);
  EXPECT_LE(h.transport.sent.size(), 20u + Gates::kQuota);
  const std::size_t before = h.transport.sent.size();
  EXPECT_THAT(h.error_of_get(kUrl).message(), HasSubstr("nothing is repeated"));
  EXPECT_EQ(h.transport.sent.size(), before + 1);

  Harness stumbling;  // every request passes in the end
  for (int i = 0; i < 100; ++i) stumbling.transport.then(500).then_fail(Why::timeout).then(200);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(stumbling.get(kUrl).answer.status, 200) << i;
}

TEST(ClientPolicy, NothingNewIsAnAnswerOnlyToWhoAskedForWhatIsNew) {
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

TEST(ClientPolicy, OneThrottledRequestHoldsTheNextOneOfThatHost) {
  Harness h;
  h.transport.then(429, "", {{"Retry-After", "100", false}});
  h.transport.then(200, "{}", {{"X-RateLimit-Remaining", "0", false}, {"X-RateLimit-Reset", "30", false}}).then(200);
  h.budget.throttled_ms = 2 * 3'600'000 - 50'000;  // its own budget is spent
  h.error_of_get(kUrl);
  EXPECT_EQ(h.slept_ms(), 0);
  h.get(kUrl);
  EXPECT_EQ(h.slept_ms(), 100'000);
  h.get(kUrl);
  EXPECT_EQ(h.slept_ms(), 130'000) << "what the server says of its limit is heeded ahead";
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

TEST(ClientPolicy, VerdictsOfTheAcceptor) {
  Harness cut;
  cut.transport.then(200, "{\"a\":").then(200, "").then(200, "<html>").then(200);
  EXPECT_EQ(cut.get(kUrl).answer.status, 200);
  EXPECT_EQ(cut.transport.sent.size(), 4u);

  Harness malformed;
  malformed.transport.then(200, "nonsense");
  const Error error = malformed.error_of_get(kUrl);
  EXPECT_EQ(error.kind(), Kind::malformed);
  EXPECT_THAT(error.message(), HasSubstr("offset 0"));
  EXPECT_EQ(malformed.transport.sent.size(), 2u) << "tried twice";

  Harness refused;
  refused.acceptor.refuse = true;
  refused.transport.then(200);
  EXPECT_EQ(refused.error_of_get(kUrl).kind(), Kind::malformed);
  EXPECT_EQ(refused.transport.sent.size(), 1u);

  Harness empty;
  empty.transport.then(200, "");
  EXPECT_EQ(empty.error_of_get(kUrl).kind(), Kind::transient);
  EXPECT_EQ(empty.transport.sent.size(), 6u);
}

TEST(ClientPolicy, HtmlBehindARedirectIsASignInPage) {
  Harness h;
  for (int i = 0; i < 2; ++i) {
    h.transport.then(302, "", {{"Location", "/login", false}}).then(200, "<html>sign in</html>");
  }
  const Error error = h.error_of_get(kUrl);
  EXPECT_EQ(error.kind(), Kind::auth);
  EXPECT_EQ(h.transport.sent.size(), 4u);
}

TEST(ClientPolicy, NoContentIsNotJudged) {
  for (const int status : {204, 205}) {
    Harness h;
    h.acceptor.refuse = true;
    h.transport.then(status, "");
    EXPECT_EQ(h.get(kUrl).answer.status, status);
  }
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

TEST(ClientPolicy, ManyWaitsMakeFewLines) {
  Harness h;
  for (int i = 0; i < 20; ++i) {
    h.transport.then(500).then(200);
  }
  for (int i = 0; i < 20; ++i) h.get(kUrl);
  const std::int64_t seconds = h.slept_ms() / 1000;
  EXPECT_LE(h.lines.lines.size(), static_cast<std::size_t>(seconds) + 1);
  EXPECT_GE(h.lines.lines.size(), 1u);
}

TEST(ClientPolicy, CancelledBeforeAWaitItEnds) {
  Harness h;
  h.transport.then_do([&](Receiver& receiver) {
    h.cancellation.cancel(CancelReason::interrupted);
    receiver.head(500, {});
  });
  EXPECT_EQ(h.error_of_get(kUrl).kind(), Kind::cancelled);
  EXPECT_EQ(h.transport.sent.size(), 1u);
}

}  // namespace
}  // namespace integ::http::testing
