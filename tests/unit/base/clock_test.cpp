#include "base/clock.hpp"

#include "base/counters.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace integ {
namespace {

using namespace std::chrono_literals;

TEST(Rfc3339, HasSixDigitsAndIsUtc) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(rfc3339(1'704'164'645'006), "2024-01-02T03:04:05.006000Z");
  EXPECT_EQ(rfc3339(1'709'164'800'999), "2024-02-29T00:00:00.999000Z");
  EXPECT_EQ(rfc3339(253'402'300'799'999), "9999-12-31T23:59:59.999000Z");
}

TEST(Rfc3339, BeforeTheEpoch) {
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999000Z");
  EXPECT_EQ(rfc3339(-1000), "1969-12-31T23:59:59.000000Z");
}

TEST(SystemClock, NeverGoesBack) {
  SystemClock clock;
  std::int64_t last = clock.unix_ns();
  EXPECT_GT(last, 1'700'000'000'000'000'000) << "since 1970, in nanoseconds";
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t now = clock.unix_ns();
    ASSERT_GE(now, last);
    last = now;
  }
  EXPECT_LE(clock.unix_ms() - last / 1'000'000, 60'000);
}

TEST(SystemClock, SleepsUntilWokenByACancellation) {
  SystemClock clock;
  Cancellation cancellation;
  EXPECT_TRUE(clock.sleep_until(clock.steady() + 5ms, cancellation));
  std::thread canceller([&] { cancellation.cancel(CancelReason::interrupted); });
  EXPECT_FALSE(clock.sleep_until(clock.steady() + 1h, cancellation));
  canceller.join();
}

TEST(ManualClock, MovesOnlyWhenToldOrSleptOn) {
  ManualClock clock;
  Cancellation cancellation;
  const auto steady = clock.steady();
  const auto unix_ns = clock.unix_ns();
  EXPECT_EQ(clock.steady(), steady);
  EXPECT_TRUE(clock.sleep_until(steady + 90min, cancellation));
  EXPECT_EQ(clock.steady(), steady + 90min);
  EXPECT_EQ(clock.unix_ns() - unix_ns, std::chrono::nanoseconds(90min).count());
  EXPECT_TRUE(clock.sleep_until(steady, cancellation)) << "a time that has passed";
  EXPECT_EQ(clock.steady(), steady + 90min);
  clock.advance(1s);
  EXPECT_EQ(clock.steady(), steady + 90min + 1s);
  cancellation.cancel(CancelReason::interrupted);
  EXPECT_FALSE(clock.sleep_until(clock.steady() + 1s, cancellation));
}

TEST(Counters, AreTheSameObjectsForAllThreads) {
  Counters counters;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        counters.stream("s" + std::to_string(i % 3)).records += 1;
        static_cast<void>(counters.total(&StreamCounters::records));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counters.total(&StreamCounters::records), 400U);
  EXPECT_EQ(counters.streams(), (std::vector<std::string>{"s0", "s1", "s2"}));
  EXPECT_EQ(&counters.stream("s1"), &counters.stream("s1"));
}

}  // namespace
}  // namespace integ
