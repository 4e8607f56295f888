// Requests that go ahead, in whole reads against a real server: what they bring, and what they never cost.
#include "sync/prefetch.hpp"

#include "loopback.hpp"
#include "sync/check.hpp"

#include <latch>

namespace integ::sync {
namespace {

using testing::emit;
using testing::Fault;
using testing::Hold;
using testing::items;
using testing::kPatience;
using testing::Loopback;
using testing::path_of;
using testing::result_of;
using testing::str;

TEST(Prefetch, AsksForSeveralAtOnceAndKeepsTheirOrder) {
  Loopback in;
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  bool together = false;
  for (int page = 2; page <= 12; ++page) {
    in.api.set_handler(path_of(page), [&, page](const fixture_api::Request&) {
      std::unique_lock lock(mutex);
      together = together || ++inside == in.concurrency;
      changed.notify_all();
      changed.wait_for(lock, kPatience, [&] { return together; });
      --inside;
      return fixture_api::Response{.body = items(10 * page, 10 * page + 2)};
    });
  }
  const ReadResult result = in.run([&](const integ_host& host, integ_http_context* context) -> integ_status {
    for (int page = 1; page <= 12; ++page) {
      for (int soon = page + 1; page > 1 && soon <= 12; ++soon) in.hint(host, context, soon);
      if (const integ_status status = emit(host, context, in.url(page)); status != INTEG_OK) return status;
    }
    return INTEG_OK;
  });
  EXPECT_TRUE(together) << "as many under way as the run may have, the page that is asked for among them";
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(in.records(), Loopback::up_to(12));
  EXPECT_EQ(in.api.count(), 12U) << "each page once";
  EXPECT_EQ(in.counters().requests, 12U);
  EXPECT_EQ(in.counters().records, 36U);
  EXPECT_EQ(in.counters().retries, 0U);
}

TEST(Prefetch, WhatLiesBehindTheEndIsThrownAway) {
  Loopback in(40);
  const ReadResult result = in.run(in.pages(6, 20));
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(in.records(), Loopback::up_to(6)) << "the server answers with records there, too";
  EXPECT_EQ(result_of(result, "orders").records, 18U);
  EXPECT_EQ(in.counters().records, 18U);
  std::size_t bytes = 0;
  for (int page = 1; page <= 6; ++page) bytes += items(10 * page, 10 * page + 2).size();
  EXPECT_EQ(in.counters().received_bytes, bytes) << "only what was claimed";
  EXPECT_GE(in.api.count(), 6U);
  EXPECT_LE(in.api.count(), 6U + static_cast<std::size_t>(in.concurrency));
  for (int page = 1; page <= 6; ++page) EXPECT_EQ(in.asked(page), 1U) << page;
}

TEST(Prefetch, OneAtATimeAsksNothingAhead) {
  for (const bool serial : {false, true}) {
    Loopback in;
    in.connector.loaded.info.serial = serial;
    if (!serial) in.concurrency = 1;
    in.run(in.pages(5, 20));
    EXPECT_EQ(in.records(), Loopback::up_to(5));
    EXPECT_EQ(in.api.count(), 5U);
  }
}

TEST(Prefetch, TasksGoBeforeRequestsAhead) {
  Loopback in;
  in.concurrency = 2;
  std::latch both_there(2);
  std::latch both_done(2);
  const auto run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
    both_there.arrive_and_wait();
    const integ_status status = in.pages(3, 20)(host, context);
    both_done.arrive_and_wait();
    return status;
  };
  in.connector.stream("others", {.run = run});
  in.run(run);
  EXPECT_EQ(in.records(), Loopback::up_to(3));
  for (int page = 1; page <= 3; ++page) EXPECT_EQ(in.asked(page), 2U) << page;
  EXPECT_EQ(in.api.count(), 6U) << "every thread has a stream";
}

struct Trouble {
  std::string name;
  Fault fault;
  std::int64_t waits_ms = 0;
};

TEST(Prefetch, AFailureAheadCostsNothingAndLosesNothing) {
  Fault throttled = Fault::with_status(429);
  throttled.header("Retry-After", "30");
  const Trouble troubles[] = {{"an error", Fault::with_status(500)},
                              {"a refusal", Fault::with_status(403)},
                              {"no page", Fault::with_status(404)},
                              {"too many", throttled, 30'000},
                              {"a broken connection", Fault::cut_body(9)},
                              {"no answer", Fault::close_connection()},
                              {"cut JSON", Fault::malformed_json()},
                              {"a page for people", Fault::html()},
                              {"another page", Fault::with_body(R"({"other":[]})")},
                              {"no content", Fault::with_body("")}};
  for (const Trouble& trouble : troubles) {
    SCOPED_TRACE(trouble.name);
    Loopback in;
    in.settings.max_attempts = 1;  // so that one failure that counts is one too many
    in.settings.max_attempts_given = true;
    in.api.fail(path_of(3), trouble.fault);
    const std::int64_t began = in.world.clock.unix_ms();
    const ReadResult result = in.run([&](const integ_host& host, integ_http_context* context) -> integ_status {
      EXPECT_EQ(emit(host, context, in.url(1)), INTEG_OK);
      in.hint(host, context, 3);
      EXPECT_TRUE(in.is_asked(3));
      EXPECT_EQ(emit(host, context, in.url(2)), INTEG_OK);
      in.hint(host, context, 3);  // it failed, or will: it is not asked for again until it is needed
      EXPECT_EQ(emit(host, context, in.url(3)), INTEG_OK);
      return INTEG_OK;
    });
    EXPECT_TRUE(result_of(result, "orders").complete);
    EXPECT_EQ(in.records(), Loopback::up_to(3));
    EXPECT_LE(in.asked(3), 3U) << "the one of a connection that died unused included";
    EXPECT_EQ(in.counters().retries, 0U);
    EXPECT_GE(in.world.clock.unix_ms() - began, trouble.waits_ms) << "the host's gate closes";
  }
}

TEST(Prefetch, ALimitIsNotOverrun) {
  Loopback in;
  in.limit = 10;
  const ReadResult result = in.run(in.pages(20, 20));
  EXPECT_EQ(result_of(result, "orders").records, 10U);
  EXPECT_EQ(in.api.count(), 4U) << "four pages of three";
}

TEST(Prefetch, ACheckAsksForOnePage) {
  Loopback in;
  in.connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                        for (int page = 2; page < 10; ++page) in.hint(host, context, page);
                        const integ_status status = emit(host, context, in.url(1));
                        for (int page = 2; page < 10; ++page) EXPECT_EQ(in.hint(host, context, page), INTEG_OK);
                        return status;
                      }});
  const Loopback::Connected connected(in);
  check(*connected.connection);
  EXPECT_EQ(in.api.count(), 1U);
}

TEST(Prefetch, SlicesAskForNothingAhead) {
  Loopback in;
  in.connector.stream("parts", {.run = [](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; },
                                .slices = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                                  integ_request request{};
                                  request.size = sizeof request;
                                  const std::string url = in.url(1);
                                  request.url = str(url);
                                  integ_response* answer = nullptr;
                                  EXPECT_EQ(host.fetch(context, &request, &answer), INTEG_OK);
                                  EXPECT_EQ(in.hint(host, context, 2), INTEG_OK);
                                  return host.add_slice(context, str("a"), str("{}"), 0);
                                }});
  in.run([](const integ_host&, integ_http_context*) { return integ_status{INTEG_OK}; });
  EXPECT_EQ(in.api.count(), 1U);
}

TEST(Prefetch, ACancelledRunEndsWhatIsAheadAtOnce) {
  for (const bool claimed : {false, true}) {
    Loopback in;
    Hold hold;
    in.api.set_handler(path_of(3), hold.handler());
    std::chrono::steady_clock::time_point began;
    std::thread canceller;
    const ReadResult result = in.run([&](const integ_host& host, integ_http_context* context) -> integ_status {
      EXPECT_EQ(emit(host, context, in.url(1)), INTEG_OK);
      in.hint(host, context, 3);
      EXPECT_TRUE(hold.is_asked());
      canceller = std::thread([&] {
        began = std::chrono::steady_clock::now();
        in.world.cancellation.cancel(CancelReason::terminated);
      });
      if (claimed) return emit(host, context, in.url(3));
      while (host.cancelled(context) == 0) std::this_thread::yield();
      return INTEG_CANCELLED;
    });
    const auto took = std::chrono::steady_clock::now() - began;
    canceller.join();
    EXPECT_TRUE(result.cancelled);
    EXPECT_LT(took, std::chrono::milliseconds(500));
    EXPECT_EQ(hold.asked(), 1);
    hold.let_go();
    in.api.stop();
  }
}

TEST(Prefetch, NothingAheadOutlivesItsRun) {
  for (const integ_status status : {INTEG_OK, INTEG_E_HTTP}) {
    Loopback in;
    Hold hold;
    in.api.set_handler(path_of(3), hold.handler());
    std::chrono::steady_clock::time_point began;
    const ReadResult result = in.run([&](const integ_host& host, integ_http_context* context) -> integ_status {
      EXPECT_EQ(emit(host, context, in.url(1)), INTEG_OK);
      in.hint(host, context, 3);
      in.hint(host, context, 4);
      EXPECT_TRUE(hold.is_asked());
      began = std::chrono::steady_clock::now();
      return status;
    });
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(500));
    EXPECT_EQ(result_of(result, "orders").complete, status == INTEG_OK);
    EXPECT_EQ(in.records(), Loopback::up_to(1));
    hold.let_go();
    in.api.stop();
  }
}

}  // namespace
}  // namespace integ::sync
