// What headers say of dates, waits and limits.
#include "base/clock.hpp"
#include "http/backoff.hpp"
#include "http/http_date.hpp"
#include "http/retry_after.hpp"

#include <gtest/gtest.h>

namespace integ::http {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kNow = 784'111'777;  // 1994-11-06 08:49:37, the date of RFC 9110's examples

TEST(HttpDate, ReadsTheThreeForms) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kNow);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kNow);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), kNow);
}

TEST(HttpDate, AYearOfTwoDigitsIsTheNearOne) {
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", 1'700'000'000), kNow);  // 2094 is too far off
  EXPECT_EQ(parse_http_date("Tuesday, 06-Nov-40 08:49:37 GMT", 1'700'000'000), 2'235'804'577);
}

TEST(HttpDate, RefusesWhatIsNoDate) {
  for (const char* text : {"", "garbage", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 06 Foo 1994 08:49:37 GMT",
                           "Sun, 06 Nov 199 08:49:37 GMT", "30 Feb 2024"}) {
    EXPECT_FALSE(parse_http_date(text, kNow)) << text;
  }
}

TEST(RetryAfter, SecondsFractionsAndDates) {
  EXPECT_EQ(parse_retry_after("120", kNow), milliseconds(120'000));
  EXPECT_EQ(parse_retry_after(" 1.2 ", kNow), milliseconds(2'000));
  EXPECT_EQ(parse_retry_after("0", kNow), milliseconds(0));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", kNow), milliseconds(10'000));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", kNow), milliseconds(0)) << "the past is no wait";
}

TEST(RetryAfter, GarbageIsIgnoredAndHugeSaturates) {
  for (const char* text : {"", "soon", "-5", "1e3", "0x10", "1.2.3", "nan", "inf", "+5"}) {
    EXPECT_FALSE(parse_retry_after(text, kNow)) << text;
  }
  EXPECT_EQ(parse_retry_after("99999999999999999999999999999999", kNow), kLongestWait);
  EXPECT_EQ(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", kNow), kLongestWait);
}

Answer answer_with(std::vector<Header> headers) {
  Answer answer;
  answer.status = 429;
  answer.headers = std::move(headers);
  return answer;
}

TEST(RetryAfter, ADateIsHeldAgainstTheAnswersOwnDate) {
  // The server's clock is a day ahead of ours: the wait is still ten seconds.
  const Answer answer = answer_with(
      {{"Date", "Mon, 07 Nov 1994 08:49:37 GMT", false}, {"retry-after", "Mon, 07 Nov 1994 08:49:47 GMT", false}});
  EXPECT_EQ(retry_after(answer, kNow * 1000), milliseconds(10'000));
}

TEST(RateLimitHeaders, EveryFormOfReset) {
  const auto reset = [](const std::string& value) {
    return rate_limit(answer_with({{"X-RateLimit-Remaining", "0", false}, {"X-RateLimit-Reset", value, false}}),
                      1'700'000'000'000, std::chrono::hours(1))
        .reset;
  };
  EXPECT_EQ(reset("30"), milliseconds(30'000));
  EXPECT_EQ(reset("1700000030"), milliseconds(30'000));
  EXPECT_EQ(reset("1700000030000"), milliseconds(30'000));
  EXPECT_EQ(reset("2023-11-14T22:13:50Z"), milliseconds(30'000));
  EXPECT_EQ(reset("1699999999"), milliseconds(0)) << "it passed while the answer was on its way";
  EXPECT_FALSE(reset("1699990000")) << "long past: it says nothing";
  EXPECT_FALSE(reset("1700009999")) << "implausible: further than the longest wait";
  EXPECT_FALSE(reset("tomorrow"));
  EXPECT_FALSE(reset("2023-13-45T99:99:99Z"));
}

TEST(RateLimitHeaders, StructuredFieldAndStrangeRemaining) {
  const auto limit = [](std::vector<Header> headers) {
    return rate_limit(answer_with(std::move(headers)), 1'700'000'000'000, std::chrono::hours(1));
  };
  const RateLimit structured = limit({{"RateLimit", "\"default\";r=0;t=1", false}});
  EXPECT_TRUE(structured.exhausted);
  EXPECT_EQ(structured.reset, milliseconds(1'000));
  EXPECT_FALSE(limit({{"RateLimit", "\"default\";r=5;t=1", false}}).exhausted);
  EXPECT_TRUE(limit({{"RateLimit-Remaining", "-1", false}}).exhausted);
  EXPECT_FALSE(limit({{"RateLimit-Remaining", "many", false}}).exhausted);
  EXPECT_FALSE(limit({{"RateLimit-Remaining", "0", false}}).reset);
}

TEST(RateLimitHeaders, OfSeveralPoliciesTheOneThatIsUsedUpCounts) {
  const auto limit = [](std::vector<Header> headers) {
    return rate_limit(answer_with(std::move(headers)), 1'700'000'000'000, std::chrono::hours(1));
  };
  const RateLimit burst = limit({{"RateLimit", R"("day";r=50;t=900, "burst, short";r=0;t=2)", false}});
  EXPECT_TRUE(burst.exhausted);
  EXPECT_EQ(burst.reset, milliseconds(2'000));
  const RateLimit first = limit({{"RateLimit", R"("a";r=0, "b";r=5;t=1000)", false}});
  EXPECT_TRUE(first.exhausted);
  EXPECT_FALSE(first.reset) << "that is the other's";
  EXPECT_EQ(limit({{"RateLimit", R"("a";r=0;t=3)", false}, {"RateLimit", R"("b";r=0;t=7)", false}}).reset,
            milliseconds(7'000));
  EXPECT_FALSE(limit({{"RateLimit", R"("a";r=9;t=3, "b";r=5;t=7)", false}}).exhausted);
  EXPECT_EQ(limit({{"RateLimit", "limit=10, remaining=0, reset=7", false}}).reset, milliseconds(7'000));
}

TEST(CallsLeft, UsedAndSizeOrWhatIsLeft) {
  EXPECT_EQ(calls_left("39/40"), 1.0);
  EXPECT_EQ(calls_left(" 40 / 40 "), 0.0);
  EXPECT_EQ(calls_left("45/40"), 0.0) << "over the limit";
  EXPECT_EQ(calls_left("7"), 7.0);
  for (const char* bad : {"", "/", "39/", "/40", "a/b", "-1/40", "39/40/41"}) EXPECT_FALSE(calls_left(bad)) << bad;
}

TEST(Backoff, StaysBetweenItsFloorAndItsLimit) {
  Backoff backoff(42);
  for (int n = 0; n < 40; ++n) {
    for (int i = 0; i < 50; ++i) {
      const milliseconds wait = backoff.wait(kTransientBackoff, n);
      ASSERT_GE(wait, kTransientBackoff.floor);
      ASSERT_LE(wait, backoff_limit(kTransientBackoff, n));
    }
  }
  EXPECT_EQ(backoff_limit(kTransientBackoff, 0), milliseconds(500));
  EXPECT_EQ(backoff_limit(kTransientBackoff, 3), milliseconds(4'000));
  EXPECT_EQ(backoff_limit(kThrottledBackoff, 30), milliseconds(60'000));
}

TEST(Backoff, TheSeedDecides) {
  Backoff one(1);
  Backoff same(1);
  Backoff other(2);
  bool differs = false;
  for (int n = 0; n < 10; ++n) {
    const milliseconds wait = one.wait(kThrottledBackoff, n);
    EXPECT_EQ(wait, same.wait(kThrottledBackoff, n));
    differs = differs || wait != other.wait(kThrottledBackoff, n);
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace integ::http
