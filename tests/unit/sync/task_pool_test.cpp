#include "sync/task_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace integ::sync {
namespace {

TEST(TaskPool, RunsEverythingBeforeWaitReturns) {
  std::atomic<int> ran{0};
  TaskPool pool(4);
  for (int i = 0; i < 200; ++i) pool.add(0, [&] { ++ran; });
  pool.wait();
  EXPECT_EQ(ran, 200);
  pool.add(0, [&] { ++ran; });
  pool.wait();
  EXPECT_EQ(ran, 201) << "it can be used again";
}

TEST(TaskPool, WaitCoversTasksThatTasksAdd) {
  std::atomic<int> ran{0};
  TaskPool pool(3);
  pool.add(0, [&] {
    for (int i = 0; i < 10; ++i) {
      pool.add(1, [&] {
        ++ran;
        pool.add(2, [&] { ++ran; });
      });
    }
  });
  pool.wait();
  EXPECT_EQ(ran, 20);
}

TEST(TaskPool, HasAsManyThreadsAsAskedForAndNoMore) {
  constexpr int kMost = 5;
  std::latch all_inside(kMost);  // would wait for ever with fewer threads
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  TaskPool pool(kMost);
  for (int i = 0; i < 4 * kMost; ++i) {
    pool.add(0, [&, i] {
      const int now = ++inside;
      int seen = most.load();
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      if (i < kMost) all_inside.arrive_and_wait();
      --inside;
    });
  }
  pool.wait();
  EXPECT_EQ(most, kMost);
}

TEST(TaskPool, TheHeaviestGoesFirstThenTheOneAddedFirst) {
  std::vector<std::string> order;
  std::promise<void> begun, go;
  TaskPool pool(1);
  pool.add(0, [&] {
    begun.set_value();
    go.get_future().wait();
  });
  begun.get_future().wait();  // else a heavier one may be there before the thread is
  for (const auto& [name, weight] : {std::pair("a", 0U), {"b", 5U}, {"c", 5U}, {"d", 7U}, {"e", 0U}}) {
    pool.add(weight, [&order, name = name] { order.emplace_back(name); });
  }
  go.set_value();
  pool.wait();
  EXPECT_EQ(order, (std::vector<std::string>{"d", "b", "c", "a", "e"}));
}

TEST(TaskPool, WithoutThreadsItStillHasOne) {
  TaskPool pool(0);
  bool ran = false;
  pool.add(0, [&] { ran = true; });
  pool.wait();
  EXPECT_TRUE(ran);
}

TEST(TaskPool, ItsEndWaitsForWhatWasAdded) {
  std::atomic<int> ran{0};
  {
    TaskPool pool(2);
    for (int i = 0; i < 20; ++i) pool.add(0, [&] { ++ran; });
  }
  EXPECT_EQ(ran, 20);
}

TEST(TaskPool, WhatNobodyWaitsForIsTakenWhereAThreadIsFree) {
  TaskPool pool(2);
  EXPECT_EQ(pool.most(), 2U);
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  std::atomic<int> ran{0};
  pool.add(0, [gone] { gone.wait(); });
  EXPECT_TRUE(pool.try_add([&ran, gone] {
    gone.wait();
    ++ran;
  }));
  EXPECT_FALSE(pool.try_add([&ran] { ++ran; })) << "both are taken";
  pool.add(0, [] {});
  EXPECT_FALSE(pool.try_add([&ran] { ++ran; })) << "and a task waits";
  go.set_value();
  pool.wait();
  EXPECT_EQ(ran, 1) << "what was not taken never runs";
  EXPECT_TRUE(pool.try_add([&ran] { ++ran; }));
  pool.wait();
  EXPECT_EQ(ran, 2);
}

TEST(TaskPool, ATaskTakesTheThreadThatAnotherLeavesBeforeAnythingElse) {
  TaskPool pool(1);
  std::promise<void> go;
  std::atomic<bool> taken{false};
  pool.add(0, [&] {
    go.get_future().wait();
    taken = pool.try_add([] {});
  });
  pool.add(0, [] {});
  go.set_value();
  pool.wait();
  EXPECT_FALSE(taken);
}

TEST(TaskPool, ManyThreadsMayAdd) {
  std::atomic<int> ran{0};
  TaskPool pool(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) pool.add(static_cast<std::uint64_t>(i % 3), [&] { ++ran; });
    });
  }
  for (std::thread& thread : threads) thread.join();
  pool.wait();
  EXPECT_EQ(ran, 400);
}

}  // namespace
}  // namespace integ::sync
