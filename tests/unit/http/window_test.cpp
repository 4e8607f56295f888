// How many requests a host gets at once: halved by a refusal, growing by one a round.
#include "http/window.hpp"

#include "fixture_api/server.hpp"
#include "harness.hpp"
#include "http/curl_transport.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace integ::http {
namespace {

using std::chrono::milliseconds;

struct WindowTest : ::testing::Test {
  std::vector<Windows::Slot> take(std::size_t count) {
    std::vector<Windows::Slot> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(*windows.enter("a", cancellation));
    return out;
  }
  Windows windows;
  Cancellation cancellation;
};

TEST_F(WindowTest, IsOpenUntilTheFirstRefusal) {
  const auto slots = take(100);
  EXPECT_EQ(slots.size(), 100u);
}

TEST_F(WindowTest, RefusalsOfOneRoundHalveItOnce) {
  auto slots = take(20);
  for (Windows::Slot& slot : slots) slot.overloaded();
  EXPECT_EQ(windows.size("a"), 10);
  slots.clear();
  auto next = take(10);
  next[3].overloaded();
  next[4].overloaded();
  EXPECT_EQ(windows.size("a"), 5);
  next[0].answered();
  EXPECT_DOUBLE_EQ(windows.size("a"), 5.2) << "five answers make one more";
  EXPECT_GT(windows.size("b"), 1e9) << "each host has its own";
}

TEST_F(WindowTest, WhoTakesSecondPlaceWaitsForNoRoom) {
  auto slots = take(4);
  slots[0].overloaded();  // two from now on
  EXPECT_FALSE(windows.try_enter("a"));
  EXPECT_TRUE(windows.try_enter("b"));
  slots.clear();
  const auto first = windows.try_enter("a");
  const auto second = windows.try_enter("a");
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(windows.try_enter("a"));
}

TEST_F(WindowTest, NeverFallsBelowOne) {
  for (int i = 0; i < 5; ++i) {
    auto slots = take(1);
    slots[0].overloaded();
    EXPECT_EQ(windows.size("a"), 1);
  }
}

TEST_F(WindowTest, WhoFindsNoRoomWaitsForIt) {
  auto slots = take(2);
  slots[0].overloaded();
  std::atomic<bool> entered = false;
  std::thread third([&] {
    const auto slot = windows.enter("a", cancellation);
    entered = slot.has_value();
  });
  slots.pop_back();
  EXPECT_FALSE(entered) << "one is still under way, and one is what the window holds";
  slots.clear();
  third.join();
  EXPECT_TRUE(entered);
}

TEST_F(WindowTest, ACancellationEndsTheWait) {
  auto slots = take(2);
  slots[0].overloaded();
  std::thread canceller([&] { cancellation.cancel(CancelReason::interrupted); });
  EXPECT_FALSE(windows.enter("a", cancellation));
  EXPECT_FALSE(windows.enter("a", cancellation));
  canceller.join();
}

// A server that bears four requests at once and says 429 to any more.
TEST(WindowOverTheWire, TwentyThreadsSettleToWhatTheServerBears) {
  fixture_api::FixtureApi api;
  std::mutex mutex;
  int under_way = 0;
  int refused = 0;
  api.set_handler("/x", [&](const fixture_api::Request&) {
    fixture_api::Response response;
    {
      const std::lock_guard lock(mutex);
      if (under_way >= 4) {
        ++refused;
        response.status = 429;
        response.headers = {{"Retry-After", "0"}};
        return response;
      }
      ++under_way;
    }
    std::this_thread::sleep_for(milliseconds(3));  // the server's work
    const std::lock_guard lock(mutex);
    --under_way;
    response.body = "{}";
    return response;
  });
  const Settings settings;
  CurlTransport curl(settings);
  testing::Harness h(curl, settings, {"127.0.0.1"});
  constexpr int kThreads = 20;
  constexpr int kEach = 20;
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      testing::LooksAcceptor acceptor;
      for (int n = 0; n < kEach; ++n) {
        Budget budget;
        if (h.client
                .exchange(testing::get_request(api.url("/x")), acceptor, {"s", &h.cancellation, &h.counters}, budget,
                          nullptr)
                .answer.status == 200) {
          ++good;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads * kEach);
  // Twenty at once without a window are refused four times out of five.
  EXPECT_LT(refused, kThreads * kEach / 2);
}

}  // namespace
}  // namespace integ::http
