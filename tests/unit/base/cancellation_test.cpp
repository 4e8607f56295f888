#include "base/cancellation.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <utility>
#include <vector>

namespace integ {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

TEST(Cancellation, TheFirstReasonStays) {
  Cancellation cancellation;
  EXPECT_FALSE(cancellation.cancelled());
  EXPECT_NO_THROW(cancellation.throw_if_cancelled());
  cancellation.cancel(CancelReason::deadline);
  cancellation.cancel(CancelReason::interrupted);
  EXPECT_TRUE(cancellation.cancelled());
  EXPECT_EQ(cancellation.reason(), CancelReason::deadline);
  try {
    cancellation.throw_if_cancelled();
    ADD_FAILURE() << "not thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::cancelled);
    EXPECT_EQ(error.status(), INTEG_CANCELLED);
  }
}

TEST(Cancellation, AWaitEndsAtItsTime) {
  const Cancellation cancellation;
  EXPECT_TRUE(cancellation.wait_until(SteadyClock::now() - 1s));
  const auto until = SteadyClock::now() + 20ms;
  EXPECT_TRUE(cancellation.wait_until(until));
  EXPECT_GE(SteadyClock::now(), until);
}

TEST(Cancellation, EveryWaiterWakes) {
  Cancellation cancellation;
  std::atomic<int> woken{0};
  std::vector<std::thread> waiters;
  for (int i = 0; i < 8; ++i) {
    waiters.emplace_back([&] {
      if (!cancellation.wait_until(SteadyClock::now() + 1h)) ++woken;
    });
  }
  const auto began = SteadyClock::now();
  cancellation.cancel(CancelReason::terminated);
  for (std::thread& waiter : waiters) waiter.join();
  EXPECT_EQ(woken, 8);
  EXPECT_LT(SteadyClock::now() - began, 500ms) << "ten times what is promised";
  EXPECT_FALSE(cancellation.wait_until(SteadyClock::now() + 1h)) << "and later ones do not wait at all";
}

TEST(Cancellation, HooksRunOnceWhenItComes) {
  Cancellation cancellation;
  int runs = 0;
  const auto hook = cancellation.on_cancel([&] { ++runs; });
  EXPECT_EQ(runs, 0);
  cancellation.cancel(CancelReason::interrupted);
  cancellation.cancel(CancelReason::interrupted);
  EXPECT_EQ(runs, 1);
}

TEST(Cancellation, AHookThatComesLateRunsAtOnce) {
  Cancellation cancellation;
  cancellation.cancel(CancelReason::interrupted);
  const auto self = std::this_thread::get_id();
  std::thread::id ran_on;
  const auto hook = cancellation.on_cancel([&] { ran_on = std::this_thread::get_id(); });
  EXPECT_EQ(ran_on, self);
}

TEST(Cancellation, AHookThatIsGoneDoesNotRun) {
  Cancellation cancellation;
  int first = 0;
  int second = 0;
  {
    auto hook = cancellation.on_cancel([&] { ++first; });
    auto moved = std::move(hook);
    Cancellation::Hook other = cancellation.on_cancel([&] { ++second; });
    other = std::move(moved);  // the second is taken out, the first lives on in it
    auto& same = other;
    other = std::move(same);
  }
  const auto kept = cancellation.on_cancel([&] { ++second; });
  cancellation.cancel(CancelReason::interrupted);
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

TEST(Cancellation, AHooksDestructorWaitsForTheCallUnderWay) {
  Cancellation cancellation;
  std::promise<void> inside;
  std::promise<void> release;
  std::atomic<bool> finished{false};
  auto hook = std::make_unique<Cancellation::Hook>(cancellation.on_cancel([&] {
    inside.set_value();
    release.get_future().wait();
    finished = true;
  }));
  std::thread canceller([&] { cancellation.cancel(CancelReason::interrupted); });
  inside.get_future().wait();
  std::thread destroyer([&] {
    hook.reset();
    EXPECT_TRUE(finished) << "the destructor returned while the callback ran";
  });
  release.set_value();
  destroyer.join();
  canceller.join();
}

TEST(Cancellation, ManyThreadsMayCancelAndHookAtOnce) {
  for (int round = 0; round < 50; ++round) {
    Cancellation cancellation;
    std::atomic<int> runs{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        const auto hook = cancellation.on_cancel([&] { ++runs; });
        cancellation.cancel(CancelReason::interrupted);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(runs, 4) << "each hook runs: before it is gone, its own thread has cancelled";
  }
}

}  // namespace
}  // namespace integ
