// How long is waited, for whom, and when it is not worth it any more: over a scripted transport, on a clock that only
// sleeps move.
#include "base/error.hpp"
#include "harness.hpp"
#include "http/backoff.hpp"
#include "http/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::http::testing {
namespace {

using ::testing::HasSubstr;
using Why = TransportError::Why;

const std::string kUrl = "http://api.test/orders?token=abc";

TEST(ClientWaiting, TheFailingTimeIsABudgetToo) {
  Settings settings;
  settings.max_attempts = 1000;
  settings.max_failing = milliseconds(10'000);
  Harness h(settings);
  h.transport.then(500);
  EXPECT_THAT(h.error_of_get(kUrl).message(), HasSubstr("max_failing"));
  EXPECT_LE(h.slept_ms(), 10'000);
}

TEST(ClientWaiting, RetryAfterIsWaitedForAndIsNoAttempt) {
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

// Whoever sends it again himself, as a login does, is held back as long as the server asked.
TEST(ClientWaiting, RetryAfterHoldsForTheNextWhereNothingIsRepeated) {
  for (const int status : {429, 503}) {
    Harness h;
    h.transport.then(status, "", {{"Retry-After", "120", false}}).then(200);
    Request request = get_request(kUrl);
    request.method = "POST";
    EXPECT_THAT(h.error_of(request).message(), HasSubstr("not repeated"));
    EXPECT_EQ(h.slept_ms(), 0);
    EXPECT_EQ(h.exchange(request).answer.status, 200);
    EXPECT_EQ(h.slept_ms(), 120'000) << status;
  }
  Harness h;
  h.transport.then(429, "", {{"Retry-After", "7200", false}}).then(200);
  Request request = get_request(kUrl);
  request.method = "POST";
  h.error_of(request);
  h.exchange(request);
  EXPECT_EQ(h.slept_ms(), 0) << "more than max_retry_after";
}

TEST(ClientWaiting, ThrottlingEndsWithItsOwnBudget) {
  Harness h;
  h.transport.then(429, "", {{"Retry-After", "600", false}});
  const Error error = h.error_of_get(kUrl);
  EXPECT_EQ(error.kind(), Kind::rate_limited);
  EXPECT_LE(h.slept_ms(), 2 * 3'600'000);
  EXPECT_GE(h.slept_ms(), 3'600'000);
}

// F029: with whatever Retry-After, what the operator wrote ends it.
TEST(ClientWaiting, WhereTheOperatorGaveAttemptsEveryFailureIsOne) {
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

TEST(ClientWaiting, AZeroRetryAfterForEverEnds) {
  Harness h;
  h.transport.then(429, "", {{"Retry-After", "0", false}});
  EXPECT_EQ(h.error_of_get(kUrl).kind(), Kind::rate_limited);
  EXPECT_LE(h.slept_ms(), 2 * 3'600'000);
  EXPECT_GT(h.transport.sent.size(), 6u) << "throttled answers are no attempts";
  EXPECT_LT(h.transport.sent.size(), 1'000u) << "and the waits grow nevertheless";
}

TEST(ClientWaiting, TooLongARetryAfterFailsAtOnceAndSaysSo) {
  for (const char* value : {"3601", "99999999999999999999999"}) {
    Harness h;
    h.transport.then(503, "", {{"Retry-After", value, false}});
    const Error error = h.error_of_get(kUrl);
    EXPECT_EQ(error.kind(), Kind::rate_limited);
    EXPECT_THAT(error.message(), HasSubstr("max_retry_after"));
    EXPECT_EQ(h.slept_ms(), 0);
  }
}

TEST(ClientWaiting, A403CanBeARateLimit) {
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

TEST(ClientWaiting, AnApisOwnLimitHeaderIsHeeded) {
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

TEST(ClientWaiting, AnOutageUsesUpTheHostsQuota) {
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

TEST(ClientWaiting, OneThrottledRequestHoldsTheNextOneOfThatHost) {
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

TEST(ClientWaiting, ManyWaitsMakeFewLines) {
  Harness h;
  for (int i = 0; i < 20; ++i) {
    h.transport.then(500).then(200);
  }
  for (int i = 0; i < 20; ++i) h.get(kUrl);
  const std::int64_t seconds = h.slept_ms() / 1000;
  EXPECT_LE(h.lines.lines.size(), static_cast<std::size_t>(seconds) + 1);
  EXPECT_GE(h.lines.lines.size(), 1u);
}

TEST(ClientWaiting, CancelledBeforeAWaitItEnds) {
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
