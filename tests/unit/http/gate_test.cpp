// Turns at a host's gate, on a clock that only waits move.
#include "http/gate.hpp"

#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace integ::http {
namespace {

using std::chrono::milliseconds;

struct GateTest : ::testing::Test {
  milliseconds pass(Gates& gates, const std::string& origin = "http://a") {
    const auto before = clock.steady();
    EXPECT_TRUE(gates.pass(origin, clock, cancellation, [&](milliseconds wait) { waits.push_back(wait); }));
    return std::chrono::duration_cast<milliseconds>(clock.steady() - before);
  }
  ManualClock clock;
  Cancellation cancellation;
  std::vector<milliseconds> waits;
};

TEST_F(GateTest, OpenItCostsNothing) {
  Gates gates(0, 1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(pass(gates), milliseconds(0));
  EXPECT_TRUE(waits.empty());
}

TEST_F(GateTest, TheBucketLetsABurstGoAndThenItsRate) {
  Gates gates(10, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pass(gates), milliseconds(0)) << i;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pass(gates), milliseconds(100)) << i;
  clock.advance(std::chrono::seconds(10));  // no more than a burst is saved up
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pass(gates), milliseconds(0)) << i;
  EXPECT_EQ(pass(gates), milliseconds(100));
}

TEST_F(GateTest, ClosedItHoldsEveryRequestOfThatHostAlone) {
  Gates gates(0, 1);
  gates.close("http://a", clock.steady() + std::chrono::seconds(5));
  gates.close("http://a", clock.steady() + std::chrono::seconds(2));  // never opens earlier
  EXPECT_EQ(pass(gates, "http://b"), milliseconds(0));
  EXPECT_EQ(pass(gates), milliseconds(5'000));
  ASSERT_EQ(waits.size(), 2u);
  EXPECT_EQ(waits[0], milliseconds(5'000));
  EXPECT_EQ(waits[1], milliseconds(0)) << "the end of the wait is told, too";
}

TEST_F(GateTest, WhoTakesSecondPlaceWaitsForNoClosedGate) {
  Gates gates(0, 1);
  const auto soon = [&] { return gates.pass_soon("http://a", clock, cancellation); };
  EXPECT_TRUE(soon());
  gates.close("http://a", clock.steady() + std::chrono::seconds(1));
  const auto before = clock.steady();
  EXPECT_FALSE(soon());
  EXPECT_EQ(clock.steady(), before) << "nothing was waited for";
  EXPECT_EQ(pass(gates), milliseconds(1'000)) << "and no turn was taken";
  EXPECT_TRUE(soon());
}

TEST_F(GateTest, WhoTakesSecondPlaceKeepsToTheBucketAndWaitsAShortWhile) {
  Gates gates(2, 1);
  const auto began = clock.steady();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(gates.pass_soon("http://a", clock, cancellation)) << i;
  EXPECT_EQ(clock.steady() - began, milliseconds(2'000));
  Gates slow(0.1, 1);
  EXPECT_TRUE(slow.pass_soon("http://a", clock, cancellation));
  EXPECT_FALSE(slow.pass_soon("http://a", clock, cancellation)) << "ten seconds are too long";
  EXPECT_EQ(pass(slow), milliseconds(10'000)) << "the turn was left to others";
  cancellation.cancel(CancelReason::interrupted);
  EXPECT_FALSE(gates.pass_soon("http://a", clock, cancellation));
}

// A clock on which many wait at once: a sleep records the turn and moves nothing.
class StoppedClock final : public Clock {
 public:
  std::int64_t unix_ns() override { return 0; }
  Steady::time_point steady() override { return now; }
  bool sleep_until(Steady::time_point when, const Cancellation&) override {
    turns.push_back(when);
    now = when;
    return true;
  }
  Steady::time_point now{std::chrono::hours(1)};
  std::vector<Steady::time_point> turns;
};

TEST_F(GateTest, AfterTheGateOpenedTheyLeaveOneByOne) {
  Gates gates(0, 1);
  StoppedClock stopped;
  const auto start = stopped.now;
  gates.close("http://a", start + std::chrono::seconds(1));
  for (int i = 0; i < 4; ++i) {
    stopped.now = start;  // all of them came before it opened
    ASSERT_TRUE(gates.pass("http://a", stopped, cancellation, [](milliseconds) {}));
  }
  ASSERT_EQ(stopped.turns.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(stopped.turns[i], start + std::chrono::seconds(1) + Gates::kSpacing * static_cast<int>(i));
  }
}

TEST_F(GateTest, ACancelledWaitEnds) {
  Gates gates(0, 1);
  gates.close("http://a", clock.steady() + std::chrono::hours(1));
  cancellation.cancel(CancelReason::interrupted);
  EXPECT_FALSE(gates.pass("http://a", clock, cancellation, [](milliseconds) {}));
}

TEST_F(GateTest, TheQuotaOfRepetitionsEndsAndComesBack) {
  Gates gates(0, 1);
  for (int i = 0; i < Gates::kQuota; ++i) EXPECT_TRUE(gates.may_repeat("http://a"));
  EXPECT_FALSE(gates.may_repeat("http://a"));
  EXPECT_TRUE(gates.may_repeat("http://b"));
  gates.succeeded("http://a");
  EXPECT_FALSE(gates.may_repeat("http://a", 2));
  EXPECT_TRUE(gates.may_repeat("http://a"));
  EXPECT_FALSE(gates.may_repeat("http://a"));
  gates.succeeded("http://a", 5);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(gates.may_repeat("http://a")) << "what led to an answer cost nothing";
  EXPECT_FALSE(gates.may_repeat("http://a"));
}

TEST_F(GateTest, WhatAServerSaysOfItsBucketOnlyEmptiesOurs) {
  Gates gates(2, 40);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pass(gates), milliseconds(0));
  gates.spent("http://a", 39, clock.steady());  // 39/40
  EXPECT_EQ(pass(gates), milliseconds(0));
  EXPECT_EQ(pass(gates), milliseconds(500));
  gates.spent("http://a", 1, clock.steady());  // it seems to have drained: ours stays as empty as it is
  EXPECT_EQ(pass(gates), milliseconds(500));
  gates.spent("http://a", -7, clock.steady());
  EXPECT_EQ(pass(gates), milliseconds(500));
  EXPECT_EQ(pass(gates, "http://b"), milliseconds(0));

  Gates unlimited(0, 1);
  unlimited.spent("http://a", 1e300, clock.steady());
  EXPECT_EQ(pass(unlimited), milliseconds(0)) << "without a rate there is no bucket";
}

}  // namespace
}  // namespace integ::http
