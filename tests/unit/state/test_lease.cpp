// One run a pipeline at a time, and no lock that a dead run leaves behind.

#include "state/process.hpp"
#include "state/store.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace integ::state {
namespace {

using test::Child;
using test::error_of;
using test::Folder;
using test::say;
using testing::AllOf;
using testing::HasSubstr;

TEST(Lease, IsRefusedWhileAnotherOfTheSameProcessHoldsIt) {
  const Folder folder;
  const auto store = open_sqlite_store(folder / "state.db");
  const auto other_store = open_sqlite_store(folder / "state.db");
  const auto lease = store->lease("orders");
  for (const auto* from : {&store, &other_store}) {
    const Error error = error_of([&] { (*from)->lease("orders"); });
    EXPECT_EQ(error.kind(), Kind::state);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("'orders'"), HasSubstr("process " + std::to_string(::getpid())),
                                       HasSubstr(folder / "state.db"), HasSubstr("run again")));
  }
  EXPECT_GT(store->lease("others")->token(), 0);
}

TEST(Lease, TokensRiseOverReleaseAndReopening) {
  const Folder folder;
  std::int64_t last = 0;
  for (int i = 0; i < 3; ++i) {
    const auto store = open_sqlite_store(folder / "state.db");
    for (int j = 0; j < 2; ++j) {
      const auto lease = store->lease("p");
      EXPECT_GT(lease->token(), last);
      last = lease->token();
    }
    store->clear("p", std::nullopt);
  }
}

TEST(Lease, AnOlderTokenDoesNotOverwrite) {
  const Folder folder;
  const auto store = open_sqlite_store(folder / "state.db");
  const std::int64_t old = store->lease("p")->token();
  store->commit("p", old, {"s", ""}, "1");
  const auto lease = store->lease("p");
  store->commit("p", lease->token(), {"s", ""}, "2");
  for (const std::int64_t wrong : {old, lease->token() + 1}) {
    const Error error = error_of([&] { store->commit("p", wrong, {"s", ""}, "3"); });
    EXPECT_EQ(error.kind(), Kind::state);
    EXPECT_THAT(error.message(), HasSubstr("another run has taken the pipeline 'p' over"));
  }
  EXPECT_EQ(error_of([&] { store->commit("never leased", 1, {"s", ""}, "3"); }).kind(), Kind::state);
  EXPECT_EQ(store->load("p").at(0).json, "2");
  EXPECT_TRUE(store->load("never leased").empty());
}

TEST(Lease, OfAKilledProcessIsTakenOverAndItsTokenIsWorthNothing) {
  const Folder folder;
  const std::string path = folder / "state.db";
  Child child([&](int fd) {
    const auto store = open_sqlite_store(path);
    const auto lease = store->lease("orders");
    store->commit("orders", lease->token(), {"s", ""}, "1");
    say(fd, std::to_string(lease->token()));
    ::pause();
  });
  const std::int64_t its_token = std::stoll(child.line());
  const auto store = open_sqlite_store(path);
  const Error error = error_of([&] { store->lease("orders"); });
  EXPECT_THAT(error.message(), HasSubstr("process " + std::to_string(child.pid()) + " on "));
  child.kill();
  const auto lease = store->lease("orders");
  EXPECT_GT(lease->token(), its_token);
  EXPECT_THROW(store->commit("orders", its_token, {"s", ""}, "2"), Error);
  EXPECT_EQ(store->load("orders").at(0).json, "1");
}

TEST(Lease, ManyThreadsAskAndOneAtATimeGetsIt) {
  const Folder folder;
  const std::string path = folder / "state.db";
  std::atomic<int> holders{0};
  std::atomic<int> taken{0};
  std::atomic<bool> two_at_once{false};
  const auto worker = [&] {
    const auto store = open_sqlite_store(path);
    for (int i = 0; i < 40; ++i) {
      try {
        const auto lease = store->lease("p");
        if (++holders > 1) two_at_once = true;
        ++taken;
        --holders;
      } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("is running already"));
      }
    }
  };
  std::thread first(worker);
  std::thread second(worker);
  first.join();
  second.join();
  EXPECT_FALSE(two_at_once);
  EXPECT_GE(taken, 1);
  EXPECT_EQ(open_sqlite_store(path)->lease("p")->token(), taken + 1);
}

TEST(Process, IsKnownByMoreThanItsNumber) {
  const Process me = this_process();
  EXPECT_EQ(me.pid, ::getpid());
  EXPECT_GT(me.started, 0);
  EXPECT_TRUE(may_be_alive(me));

  Process reused = me;
  reused.started += 1;
  EXPECT_FALSE(may_be_alive(reused));
  Process before_the_boot = me;
  before_the_boot.boot = "00000000-0000-0000-0000-000000000000";
  EXPECT_FALSE(may_be_alive(before_the_boot));
  Process elsewhere = reused;
  elsewhere.host += ".elsewhere";
  EXPECT_TRUE(may_be_alive(elsewhere)) << "it can't be seen from here";
}

TEST(Process, IsGoneAsSoonAsItHasEndedEvenBeforeItsParentAsks) {
  Child child([](int fd) {
    say(fd, std::to_string(this_process().started));
    ::pause();
  });
  Process process = this_process();
  process.pid = child.pid();
  process.started = std::stoll(child.line());
  EXPECT_TRUE(may_be_alive(process));
  ::kill(child.pid(), SIGKILL);
  // End of file on the pipe: the kernel has closed the child's descriptors, and it is dead or about to be a zombie.
  EXPECT_EQ(child.line(), "");
  child.wait();
  EXPECT_FALSE(may_be_alive(process));
}

}  // namespace
}  // namespace integ::state
