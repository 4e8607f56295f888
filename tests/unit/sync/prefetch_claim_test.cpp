// Which requests go ahead, which answers are taken for which requests, and how much is kept.
#include "loopback.hpp"
#include "sync/acceptors.hpp"
#include "sync/prefetch.hpp"

#include <optional>
#include <vector>

namespace integ::sync {
namespace {

using testing::emit;
using testing::Fault;
using testing::items;
using testing::Loopback;
using testing::path_of;
using testing::result_of;
using testing::str;

// A run's requests ahead by themselves, behind a page that was asked for in the ordinary way.
struct Direct : Loopback {
  explicit Direct(std::size_t threads = 4, std::size_t bytes = Prefetch::kMostBytes, std::vector<http::Rule> rules = {})
      : Loopback(20, {.rules = std::move(rules)}), room(threads, bytes) {
    ask(1);
    api.forget_requests();
  }
  bridge::Request get(int page) const {
    bridge::Request out;
    out.http.url = url(page);
    return out;
  }
  void ask(int page) {
    BodyAcceptor acceptor;
    bridge::Page answer;
    connected.connection->exchange(get(page), acceptor, who, answer);
  }
  // Hints, and waits for what comes of it.
  void hint(const bridge::Request& request) {
    prefetch.hint(request);
    room.pool.wait();
  }

  Connected connected{*this};
  http::Caller who{
      .stream = "orders", .cancellation = &world.cancellation, .counters = &world.counters.stream("orders")};
  Prefetch::Room room;
  Prefetch prefetch{*connected.connection, room, who};
};

TEST(PrefetchClaim, OnlyTheVeryRequestGetsTheAnswer) {
  Direct in;
  bridge::Request asked = in.get(2);
  asked.http.headers = {{"X-A", "1", true}};
  asked.reader = json::ReaderSpec::parse("csv?delimiter=;");
  in.hint(asked);
  ASSERT_EQ(in.asked(2), 1U);
  std::vector<bridge::Request> others(8, asked);
  others[0].http.method = "HEAD";
  others[1].http.url += "?a=1";
  others[2].http.headers[0].value = "2";
  others[3].http.headers[0].secret = false;
  others[4].http.headers.push_back({"X-B", "1"});
  others[5].http.body = "{}";
  others[6].reader = json::ReaderSpec::parse("csv");
  others[7].no_auth = true;
  for (const bridge::Request& other : others) EXPECT_FALSE(in.prefetch.claim(other));
  const std::optional<http::Early> early = in.prefetch.claim(asked);
  ASSERT_TRUE(early);
  EXPECT_EQ(*early->answer.body, items(20, 22));
  EXPECT_EQ(in.room.bytes, 0U);
  EXPECT_FALSE(in.prefetch.claim(asked)) << "once";
  in.hint(asked);
  EXPECT_EQ(in.asked(2), 2U) << "and may be hinted at again";
}

TEST(PrefetchClaim, ARequestIsThereOnce) {
  Direct in;
  for (int i = 0; i < 5; ++i) in.hint(in.get(2));
  EXPECT_EQ(in.asked(2), 1U);
}

TEST(PrefetchClaim, WhatMayHaveAnEffectOrIsBuiltAnewDoesNotGoAhead) {
  Direct in;
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    bridge::Request request = in.get(2);
    request.http.method = method;
    request.http.retry_safe = true;
    in.hint(request);
  }
  bridge::Request late = in.get(2);
  late.http.rebuild = true;
  in.hint(late);
  EXPECT_EQ(in.api.count(), 0U);
  late.http.rebuild = false;
  late.http.method = "HEAD";
  in.hint(late);
  EXPECT_EQ(in.asked(2), 1U);
}

TEST(PrefetchClaim, WhatCanNotBeSentIsNoError) {
  Direct in(2);
  for (const std::string url : {"", "http://", "ftp://127.0.0.1/", "no url", "http://other.test/p/2", "http://[::1"}) {
    bridge::Request request;
    request.http.url = url;
    in.hint(request);
    EXPECT_FALSE(in.prefetch.claim(request)) << url;
    in.hint(request);  // and stays behind
  }
  in.hint(in.get(2));
  EXPECT_TRUE(in.prefetch.claim(in.get(2))) << "nor is it in the way of others";
}

TEST(PrefetchClaim, NothingIsSentToWhereTheConnectorHasNotAskedItself) {
  Loopback in;
  const Loopback::Connected connected(in);
  Prefetch::Room room(4);
  Prefetch prefetch(*connected.connection, room, {});
  bridge::Request request;
  request.http.url = in.url(2);
  prefetch.hint(request);
  room.pool.wait();
  EXPECT_EQ(in.api.count(), 0U) << "a page may have led there, and then it goes without secrets";
}

TEST(PrefetchClaim, SoManyAreUnclaimedAtMost) {
  Direct in(3);
  for (int page = 2; page < 10; ++page) in.hint(in.get(page));
  EXPECT_EQ(in.api.count(), 3U);
  EXPECT_TRUE(in.prefetch.claim(in.get(3)));
  for (int page = 2; page < 10; ++page) in.hint(in.get(page));
  EXPECT_EQ(in.api.count(), 4U);
  EXPECT_EQ(in.asked(3), 2U) << "the first that is not there";
}

TEST(PrefetchClaim, NoOtherGoesWhileAFailureIsUnclaimed) {
  Direct in;
  in.api.fail(path_of(2), Fault::with_status(500));
  in.hint(in.get(2));
  in.hint(in.get(2));
  in.hint(in.get(3));
  EXPECT_EQ(in.api.count(), 1U);
  EXPECT_EQ(in.room.bytes, 0U);
  EXPECT_FALSE(in.prefetch.claim(in.get(2)));
  in.hint(in.get(3));
  EXPECT_TRUE(in.prefetch.claim(in.get(3)));
}

TEST(PrefetchClaim, BodiesAheadAreBoundedTogether) {
  Direct in(8, 50'000);
  const auto large = [&](int page, std::size_t size) {
    fixture_api::Response response{.body = "{\"a\":\"" + std::string(size, 'x') + "\"}"};
    response.chunked = page % 2 == 0;
    in.api.set_page(path_of(page), response);
  };
  large(5, 30'000);
  large(7, 30'000);
  in.hint(in.get(5));
  EXPECT_GE(in.room.bytes, 30'000U);
  in.hint(in.get(7));
  EXPECT_FALSE(in.prefetch.claim(in.get(7)));
  EXPECT_TRUE(in.prefetch.claim(in.get(5)));
  EXPECT_EQ(in.room.bytes, 0U);
  for (const int page : {2, 3}) {  // without a length told, and with one
    large(page, 60'000);
    in.hint(in.get(page));
    EXPECT_EQ(in.asked(page), 1U);
    EXPECT_FALSE(in.prefetch.claim(in.get(page)));
    EXPECT_EQ(in.room.bytes, 0U);
  }
  in.room.bytes = in.room.most_bytes;
  in.hint(in.get(9));
  EXPECT_EQ(in.asked(9), 0U) << "there is no room to begin with";
  in.room.bytes = 0;
}

TEST(PrefetchClaim, AnAnswerThatARuleTakesForNoneCountsToo) {
  http::Rule rule;
  rule.status_from = rule.status_to = 404;
  rule.then = http::Rule::Then::ignore;
  Direct in(4, 50'000, {rule});
  fixture_api::Response missing{.status = 404, .body = std::string(30'000, 'x')};
  in.api.set_page(path_of(2), missing);
  in.api.set_page(path_of(3), missing);
  in.hint(in.get(2));
  EXPECT_GE(in.room.bytes, 30'000U);
  in.hint(in.get(3));
  EXPECT_FALSE(in.prefetch.claim(in.get(3)));
  const std::optional<http::Early> early = in.prefetch.claim(in.get(2));
  ASSERT_TRUE(early);
  EXPECT_EQ(early->answer.status, 404);
  EXPECT_EQ(in.room.bytes, 0U);
}

TEST(PrefetchClaim, TheRoomIsGivenBackAtTheEnd) {
  Direct in;
  {
    Prefetch other(*in.connected.connection, in.room, in.who);
    other.hint(in.get(2));
    in.room.pool.wait();
    EXPECT_GT(in.room.bytes, 0U);
  }
  EXPECT_EQ(in.room.bytes, 0U);
}

// What a connector asks, and how: by fetch, or by an emission with these flags.
integ_status ask(const integ_host& host, integ_http_context* context, const std::string& url, std::string& body) {
  integ_request request{};
  request.size = sizeof request;
  request.url = str(url);
  integ_response* answer = nullptr;
  const integ_status status = host.fetch(context, &request, &answer);
  body = std::string(host.response_body(answer).data, host.response_body(answer).size);
  return status;
}

TEST(PrefetchClaim, AFetchTakesIt) {
  Loopback in;
  in.run([&](const integ_host& host, integ_http_context* context) -> integ_status {
    std::string body;
    EXPECT_EQ(ask(host, context, in.url(1), body), INTEG_OK);
    in.hint(host, context, 2);
    EXPECT_TRUE(in.is_asked(2));
    EXPECT_EQ(ask(host, context, in.url(2), body), INTEG_OK);
    EXPECT_EQ(body, items(20, 22));
    return INTEG_OK;
  });
  EXPECT_EQ(in.asked(2), 1U);
}

TEST(PrefetchClaim, AnEmissionThatStreamsTakesItAndAsksForNone) {
  Loopback in;
  std::string body = "{\"items\":[{\"id\":1}";
  for (int id = 2; id <= 40'000; ++id) body += ",{\"id\":" + std::to_string(id) + "}";  // some batches, many pieces
  in.api.set_page(path_of(2), body + "],\"more\":true}");
  in.run([&](const integ_host& host, integ_http_context* context) -> integ_status {
    EXPECT_EQ(emit(host, context, in.url(1)), INTEG_OK);
    in.hint(host, context, 2);
    EXPECT_TRUE(in.is_asked(2));
    EXPECT_EQ(emit(host, context, in.url(2), INTEG_EMIT_STREAMING), INTEG_OK);
    in.hint(host, context, 3);
    EXPECT_EQ(emit(host, context, in.url(4), INTEG_EMIT_STREAMING), INTEG_OK);
    return INTEG_OK;
  });
  EXPECT_EQ(in.asked(2), 1U);
  EXPECT_EQ(in.asked(3), 0U);
  EXPECT_EQ(in.session.record_count, 3U + 40'000U + 3U);
}

TEST(PrefetchClaim, CredentialsGoAlongAndARefusalIsNotTheirEnd) {
  Loopback in;
  std::atomic<int> logins{0};
  in.connector.authorize([&](const integ_host& host, integ_http_context* context) {
    ++logins;
    integ_pair header{};
    header.name = str("Authorization");
    header.value = str("Bearer some-token");
    return host.set_auth(context, &header, 1, nullptr, 0, 0);
  });
  in.api.fail(path_of(3), Fault::with_status(401));
  const ReadResult result = in.run([&](const integ_host& host, integ_http_context* context) -> integ_status {
    EXPECT_EQ(emit(host, context, in.url(1)), INTEG_OK);
    for (const int page : {2, 3}) {
      in.hint(host, context, page);
      EXPECT_TRUE(in.is_asked(page));
      EXPECT_EQ(emit(host, context, in.url(page)), INTEG_OK);
    }
    return INTEG_OK;
  });
  EXPECT_TRUE(result_of(result, "orders").complete);
  EXPECT_EQ(in.records(), Loopback::up_to(3));
  EXPECT_EQ(in.api.count(), 4U);
  for (const fixture_api::Request& request : in.api.requests()) {
    EXPECT_EQ(request.header("Authorization"), "Bearer some-token") << request.target;
  }
  EXPECT_EQ(logins, 1);
}

TEST(PrefetchClaim, CookiesOfWhatWentAheadAreKept) {
  Loopback in;
  fixture_api::Response second{.body = items(20, 22)};
  second.headers = {{"Set-Cookie", "seat=7"}};
  in.api.set_page(path_of(2), second);
  in.run([&](const integ_host& host, integ_http_context* context) -> integ_status {
    EXPECT_EQ(emit(host, context, in.url(1)), INTEG_OK);
    in.hint(host, context, 2);
    EXPECT_TRUE(in.is_asked(2));
    EXPECT_EQ(emit(host, context, in.url(2)), INTEG_OK);
    return emit(host, context, in.url(3));
  });
  EXPECT_EQ(in.asked(2), 1U);
  EXPECT_EQ(in.api.requests(path_of(3)).at(0).header("Cookie"), "seat=7");
}

}  // namespace
}  // namespace integ::sync
