// Credentials that many threads share: got once, failed once, waited for no longer than the run lives.
#include "sync/credentials.hpp"

#include "support.hpp"

#include <future>
#include <latch>
#include <thread>

namespace integ::sync {
namespace {

using testing::expect_error;

Credentials bearer(const std::string& token, std::int64_t valid_ms = 0) {
  return {{{"Authorization", "Bearer " + token, true}}, {}, valid_ms};
}

// Counts the threads that come for credentials; the one that gets them waits for the others to be on their way.
TEST(SharedCredentials, AFailureIsOneForAllThatWait) {
  ManualClock clock;
  constexpr int kThreads = 20;
  std::latch all_there(kThreads);
  std::atomic<int> asked{0}, told{0};
  SharedCredentials shared(clock, [&]() -> Credentials {
    ++asked;
    throw Error(Kind::auth, "the login was refused");
  });
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        all_there.arrive_and_wait();
        const Cancellation cancellation;
        try {
          shared.current(cancellation);
        } catch (const Error& error) {
          if (error.message() == "the login was refused") ++told;
        }
      });
    }
  }
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(told, kThreads);
}

TEST(SharedCredentials, AfterATroubleOfTheNetworkWhoComesLaterTriesAgain) {
  ManualClock clock;
  int asked = 0;
  SharedCredentials shared(clock, [&] {
    if (++asked == 1) throw Error(Kind::transient, "no answer");
    return bearer("a");
  });
  const Cancellation cancellation;
  expect_error(Kind::transient, "no answer", [&] { shared.current(cancellation); });
  EXPECT_EQ(shared.current(cancellation)->generation, 1U);
  EXPECT_EQ(asked, 2);
}

TEST(SharedCredentials, ThoseAtHandAreThereOnlyWhileTheyCanBeUsed) {
  ManualClock clock;
  int asked = 0;
  SharedCredentials shared(clock, [&] {
    ++asked;
    return bearer("a", 100'000);
  });
  const Cancellation cancellation;
  EXPECT_EQ(shared.at_hand(), nullptr);
  EXPECT_EQ(asked, 0) << "nobody logs in for that";
  const auto held = shared.current(cancellation);
  EXPECT_EQ(shared.at_hand(), held);
  shared.refuse(held->generation);
  EXPECT_EQ(shared.at_hand(), nullptr);
  EXPECT_EQ(shared.current(cancellation)->generation, 2U);
  clock.advance(std::chrono::seconds(80));  // within the margin of their end
  EXPECT_EQ(shared.at_hand(), nullptr);
  EXPECT_EQ(asked, 2);
}

TEST(SharedCredentials, ACancelledThreadDoesNotWaitForAnothersLogin) {
  ManualClock clock;
  std::promise<void> begun, release;
  SharedCredentials shared(clock, [&] {
    begun.set_value();
    release.get_future().wait();
    return bearer("a");
  });
  const Cancellation never;
  Cancellation cancellation;
  std::jthread logs_in([&] { EXPECT_EQ(shared.current(never)->generation, 1U); });
  begun.get_future().wait();
  auto waits =
      std::async(std::launch::async, [&] { expect_error(Kind::cancelled, "", [&] { shared.current(cancellation); }); });
  cancellation.cancel(CancelReason::interrupted);
  const bool ended = waits.wait_for(std::chrono::milliseconds(500)) == std::future_status::ready;
  release.set_value();
  EXPECT_TRUE(ended);
}

TEST(SharedCredentials, RefusedOnesAreReplacedOnceForAllThatHadThem) {
  ManualClock clock;
  int asked = 0;
  SharedCredentials shared(clock, [&] { return bearer("token-" + std::to_string(++asked)); });
  const Cancellation cancellation;
  RequestCredentials first(shared, cancellation), second(shared, cancellation);
  http::Request one, two;
  first.put_on(one);
  second.put_on(two);
  EXPECT_TRUE(first.renew());
  EXPECT_TRUE(second.renew());
  EXPECT_EQ(asked, 2);
  second.put_on(two);
  ASSERT_EQ(two.headers.size(), 1U) << "in place of the old one";
  EXPECT_EQ(two.headers[0].value, "Bearer token-2");
}

TEST(SharedCredentials, WhatStaysTheSameIsNotTriedAgain) {
  ManualClock clock;
  SharedCredentials shared(clock, [] { return bearer("a key"); });
  const Cancellation cancellation;
  RequestCredentials credentials(shared, cancellation);
  http::Request request;
  credentials.put_on(request);
  EXPECT_FALSE(credentials.renew());
}

TEST(SharedCredentials, AParameterGoesInPlaceOfTheOldOne) {
  ManualClock clock;
  SharedCredentials shared(clock, [] { return Credentials{{}, {{"api_key", "n/w", true}}, 0}; });
  const Cancellation cancellation;
  for (const auto& [url, expected] :
       std::map<std::string, std::string>{{"http://h/p", "http://h/p?api_key=n%2Fw"},
                                          {"http://h/p?", "http://h/p?api_key=n%2Fw"},
                                          {"http://h/p?a=1", "http://h/p?a=1&api_key=n%2Fw"},
                                          {"http://h/p?api_key=old&a=1", "http://h/p?api_key=n%2Fw&a=1"},
                                          {"http://h/p?a=1&api%5Fkey=old#x", "http://h/p?a=1&api_key=n%2Fw"},
                                          {"http://h/p?my_api_key=1", "http://h/p?my_api_key=1&api_key=n%2Fw"}}) {
    RequestCredentials credentials(shared, cancellation);
    http::Request request;
    request.url = url;
    credentials.put_on(request);
    EXPECT_EQ(request.url, expected) << url;
  }
}

TEST(SharedCredentials, AreRenewedBeforeTheirEndHoweverShortTheirLife) {
  ManualClock clock;
  int asked = 0;
  std::int64_t valid_ms = 60'000;
  SharedCredentials shared(clock, [&] { return bearer("token-" + std::to_string(++asked), valid_ms); });
  const Cancellation cancellation;
  shared.current(cancellation);
  clock.advance(std::chrono::milliseconds(29'999));
  shared.current(cancellation);
  EXPECT_EQ(asked, 1);
  valid_ms = 1;
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(shared.current(cancellation)->credentials.headers[0].value, "Bearer token-2");
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(shared.current(cancellation)->credentials.headers[0].value, "Bearer token-3");
}

}  // namespace
}  // namespace integ::sync
