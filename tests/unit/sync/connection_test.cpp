// The allow-list with config values in it, and credentials shared by all threads.
#include "sync/connection.hpp"

#include "support.hpp"

#include <latch>
#include <limits>
#include <thread>

namespace integ::sync {
namespace {

using namespace std::chrono_literals;
using testing::emit;
using testing::everything;
using testing::expect_error;
using ::testing::HasSubstr;
using testing::items;
using testing::Recorder;
using testing::result_of;
using testing::Source;
using testing::str;
using testing::TestConnector;
using testing::World;

std::string filled(const std::string& entry, const std::string& config) {
  return allowed_host(entry, json::Document::parse(config));
}

TEST(AllowedHost, TakesHostAndWrittenPortOfAUrl) {
  EXPECT_EQ(filled("api.x.com", "{}"), "api.x.com");
  EXPECT_EQ(filled("{config:/url}", R"({"url":"https://API.x.com/v2?a=b"})"), "api.x.com");
  EXPECT_EQ(filled("{config:/url}", R"({"url":"http://localhost:8080"})"), "localhost:8080");
  EXPECT_EQ(filled("{config:/server/url}", R"({"server":{"url":"http://[::1]:80/"}})"), "[::1]:80");
}

TEST(AllowedHost, TakesAValueAsOneLabel) {
  EXPECT_EQ(filled("{config:/shop}.myshopify.com", R"({"shop":"my-shop"})"), "my-shop.myshopify.com");
  EXPECT_EQ(filled("{config:/a}.{config:/b}.x.com:8443", R"({"a":"one","b":"two"})"), "one.two.x.com:8443");
  for (const char* bad : {"", "a.b", "evil.com/", "a:1", "a@b", "*", "a b", "{config:", "\xC3\xA9", "a%2e"}) {
    expect_error(Kind::config, "config/shop",
                 [&] { filled("{config:/shop}.myshopify.com", "{\"shop\":\"" + std::string(bad) + "\"}"); });
  }
  expect_error(Kind::config, "config/shop",
               [&] { filled("{config:/shop}.x.com", "{\"shop\":\"" + std::string(64, 'a') + "\"}"); });
}

TEST(AllowedHost, SaysWhatIsWrong) {
  expect_error(Kind::config, "no text at /url", [] { filled("{config:/url}", "{}"); });
  expect_error(Kind::config, "no text at /url", [] { filled("{config:/url}", R"({"url":7})"); });
  expect_error(Kind::config, "config/url: ", [] { filled("{config:/url}", R"({"url":"api.x.com"})"); });
  expect_error(Kind::config, "closing brace", [] { filled("{config:/url", R"({"url":"http://h"})"); });
}

TEST(Connection, RegistersTheConfigurationsSecrets) {
  World world;
  const TestConnector connector;
  const Source source(world, connector, R"({"token":"s3cret-token"})");
  EXPECT_EQ(world.secrets.mask("Bearer s3cret-token"), "Bearer ***");
}

// Pages that want "Bearer <good>", whatever that is at the time.
struct Guarded {
  std::mutex mutex;
  std::string good = "token-1";
  std::size_t refused = 0;

  testing::Pages::Answer page(std::string body) {
    return [this, body = std::move(body)](const http::Request& request) -> testing::Pages::Page {
      const std::lock_guard lock(mutex);
      for (const http::Header& header : request.headers) {
        if (header.name == "Authorization" && header.value == "Bearer " + good) return {200, body};
      }
      ++refused;
      return {401, R"({"error":"who are you"})"};
    };
  }
};

// Gives "token-1", "token-2", ... with that validity.
testing::Function counting(std::atomic<int>& entries, std::int64_t valid_ms) {
  return [&entries, valid_ms](const integ_host& host, integ_http_context* context) {
    const std::string value = "Bearer token-" + std::to_string(++entries);
    integ_pair header{};
    header.name = str("Authorization");
    header.value = str(value);
    return host.set_auth(context, &header, 1, nullptr, 0, valid_ms);
  };
}

TEST(Authorize, IsEnteredOnceForManyThreads) {
  World world;
  TestConnector connector;
  std::atomic<int> entries{0};
  constexpr int kStreams = 8;
  std::latch all_there(kStreams);
  connector.authorize(counting(entries, 0));
  for (int i = 0; i < kStreams; ++i) {
    connector.stream("s" + std::to_string(i), {.run = [&](const integ_host& host, integ_http_context* context) {
                       all_there.arrive_and_wait();
                       return emit(host, context, "http://api.test/p");
                     }});
  }
  Source source(world, connector);
  Guarded guarded;
  source.pages().answer("http://api.test/p", guarded.page(items(1, 1)));
  Recorder session;
  ReadRequest request = everything(connector);
  request.concurrency = kStreams;
  const ReadResult result = read(source.connection, {}, session, request, {});
  for (const StreamResult& stream : result.streams) EXPECT_TRUE(stream.complete) << stream.error->what();
  EXPECT_EQ(entries, 1);
  EXPECT_EQ(guarded.refused, 0U);
  EXPECT_EQ(world.secrets.mask("Bearer token-1"), "***");
}

TEST(Authorize, A401IsAnsweredOnceByNewCredentials) {
  World world;
  TestConnector connector;
  std::atomic<int> entries{0};
  connector.authorize(counting(entries, 0));
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) {
                     return emit(host, context, "http://api.test/p");
                   }});
  Source source(world, connector);
  Guarded guarded;
  guarded.good = "token-2";  // the first one was revoked
  source.pages().answer("http://api.test/p", guarded.page(items(1, 1)));
  {
    Recorder session;
    const ReadResult result = read(source.connection, {}, session, everything(connector), {});
    EXPECT_TRUE(result_of(result, "orders").complete);
    EXPECT_EQ(entries, 2);
    EXPECT_EQ(guarded.refused, 1U);
  }
  guarded.good = "none";
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_EQ(result_of(result, "orders").error->kind(), Kind::auth);
  EXPECT_EQ(entries, 3) << "and no third time";
  EXPECT_EQ(guarded.refused, 3U);
}

TEST(Authorize, CredentialsAreRenewedBeforeTheyExpire) {
  World world;
  TestConnector connector;
  std::atomic<int> entries{0};
  connector.authorize(counting(entries, 60'000));
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) -> integ_status {
                     for (const auto& [after, expected] : {std::pair(0s, 1), {29s, 1}, {2s, 2}, {120s, 3}}) {
                       world.clock.advance(after);
                       const std::string url = "http://api.test/" + std::to_string(expected);
                       integ_request request{};
                       request.size = sizeof request;
                       request.url = str(url);
                       integ_response* answer = nullptr;
                       EXPECT_EQ(host.fetch(context, &request, &answer), INTEG_OK);
                       EXPECT_EQ(entries, expected);
                     }
                     return INTEG_OK;
                   }});
  Source source(world, connector);
  for (int n = 1; n <= 3; ++n) source.pages().page("http://api.test/" + std::to_string(n), "{}");
  Recorder session;
  EXPECT_TRUE(result_of(read(source.connection, {}, session, everything(connector), {}), "orders").complete);
}

// A page of one host names another: what the other is asked carries nothing that is a secret.
TEST(Authorize, ALinkToAnotherHostGetsNoCredentials) {
  World world;
  TestConnector connector;
  connector.loaded.info.allowed_hosts = {"api.test", "other.test"};
  std::atomic<int> entries{0};
  connector.authorize(counting(entries, 0));
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) -> integ_status {
                     integ_response* page = nullptr;
                     for (const char* url : {"http://api.test/1", "http://other.test/2", "http://api.test/3"}) {
                       integ_request request{};
                       request.size = sizeof request;
                       request.url = str(url);
                       if (const integ_status status = host.fetch(context, &request, &page); status != INTEG_OK) {
                         return status;
                       }
                     }
                     return INTEG_OK;
                   }});
  Source source(world, connector);
  std::vector<std::string> sent;
  const auto say = [&](const std::string& body) {
    return [&sent, body](const http::Request& request) {
      sent.emplace_back();
      for (const http::Header& header : request.headers) {
        if (header.name == "Authorization") sent.back() = header.value;
      }
      return testing::Pages::Page{200, body};
    };
  };
  source.pages()
      .answer("http://api.test/1", say(R"({"next":"http://other.test/2"})"))
      .answer("http://other.test/2", say(R"({"back":"http://api.test/3"})"))
      .answer("http://api.test/3", say("{}"));
  Recorder session;
  EXPECT_TRUE(result_of(read(source.connection, {}, session, everything(connector), {}), "orders").complete);
  EXPECT_THAT(sent, ::testing::ElementsAre("Bearer token-1", "", "Bearer token-1"));
}

TEST(Authorize, AValidityBeyondAllTimeIsForEver) {
  World world;
  TestConnector connector;
  std::atomic<int> entries{0};
  connector.authorize(counting(entries, std::numeric_limits<std::int64_t>::max()));
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) -> integ_status {
                     if (const integ_status status = emit(host, context, "http://api.test/1"); status != INTEG_OK)
                       return status;
                     return emit(host, context, "http://api.test/2");
                   }});
  Source source(world, connector);
  Guarded guarded;
  source.pages()
      .answer("http://api.test/1", guarded.page(items(1, 1)))
      .answer("http://api.test/2", guarded.page(items(2, 2)));
  Recorder session;
  EXPECT_TRUE(result_of(read(source.connection, {}, session, everything(connector), {}), "orders").complete);
  EXPECT_EQ(entries, 1);
}

TEST(Authorize, MayRequestWithoutCredentialsAndSendThemAsAQuery) {
  World world;
  TestConnector connector;
  connector.authorize([](const integ_host& host, integ_http_context* context) -> integ_status {
    integ_request request{};
    request.size = sizeof request;
    request.url = str("http://api.test/login");
    integ_response* answer = nullptr;
    if (const integ_status status = host.fetch(context, &request, &answer); status != INTEG_OK) return status;
    integ_value value{};
    value.size = sizeof value;
    EXPECT_EQ(host.get(context, host.response_json(context, answer), str("/token"), &value), INTEG_OK);
    integ_pair parameter{};
    parameter.name = str("key");
    parameter.value = value.text;
    EXPECT_EQ(host.emit_values(context, str("{}")), INTEG_E_UNSUPPORTED);
    return host.set_auth(context, nullptr, 0, &parameter, 1, 0);
  });
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) {
                     return emit(host, context, "http://api.test/p?page=1");
                   }});
  Source source(world, connector);
  source.pages().page("http://api.test/login", R"({"token":"a/b secret"})");
  source.pages().page("http://api.test/p?page=1&key=a%2Fb%20secret", items(1, 1));
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_TRUE(result_of(result, "orders").complete) << result_of(result, "orders").error->what();
  EXPECT_EQ(world.secrets.mask("a/b secret"), "***");
}

TEST(Authorize, ThatGivesNothingOrFailsIsTold) {
  for (const bool fails : {false, true}) {
    World world;
    TestConnector connector;
    connector.authorize([fails](const integ_host& host, integ_http_context* context) -> integ_status {
      return fails ? host.fail(context, INTEG_E_AUTH, str("the key has expired")) : integ_status{INTEG_OK};
    });
    connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) {
                       return emit(host, context, "http://api.test/p");
                     }});
    Source source(world, connector);
    Recorder session;
    const ReadResult result = read(source.connection, {}, session, everything(connector), {});
    EXPECT_THAT(result_of(result, "orders").error->what(),
                HasSubstr(fails ? "the key has expired" : "without set_auth"));
    EXPECT_EQ(result_of(result, "orders").error->kind(), fails ? Kind::auth : Kind::plugin);
  }
}

// F025: what a request waits for its turn its credentials may not outlive.
TEST(Authorize, F025_EachAttemptHasCredentialsOfItsOwnTime) {
  World world;
  TestConnector connector;
  std::atomic<int> entries{0};
  connector.authorize(counting(entries, 2));
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) {
                     return emit(host, context, "http://api.test/p");
                   }});
  Source source(world, connector);
  std::vector<std::string> sent;
  source.pages().answer("http://api.test/p", [&](const http::Request& request) -> testing::Pages::Page {
    for (const http::Header& header : request.headers) {
      if (header.name == "Authorization") sent.push_back(header.value);
    }
    return sent.size() == 1 ? testing::Pages::Page{429, "{}"} : testing::Pages::Page{200, items(1, 1)};
  });
  Recorder session;
  EXPECT_TRUE(result_of(read(source.connection, {}, session, everything(connector), {}), "orders").complete);
  EXPECT_THAT(sent, ::testing::ElementsAre("Bearer token-1", "Bearer token-2"));
}

// After a 429 the host takes one request at a time, and that one has the turn which its login needs no more of.
TEST(Authorize, ALoginDoesNotWaitForTheRequestThatWaitsForIt) {
  World world;
  TestConnector connector;
  std::atomic<int> logins{0};
  connector.authorize([&logins](const integ_host& host, integ_http_context* context) -> integ_status {
    integ_request request{};
    request.size = sizeof request;
    request.url = str("http://api.test/login");
    integ_response* answer = nullptr;
    if (const integ_status status = host.fetch(context, &request, &answer); status != INTEG_OK) return status;
    ++logins;
    integ_pair header{};
    header.name = str("Authorization");
    header.value = str("Bearer a");
    return host.set_auth(context, &header, 1, nullptr, 0, 2);
  });
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) {
                     return emit(host, context, "http://api.test/p");
                   }});
  Source source(world, connector);
  source.pages().page("http://api.test/login", "{}");
  int asked = 0;
  source.pages().answer("http://api.test/p", [&asked](const http::Request&) -> testing::Pages::Page {
    return ++asked < 3 ? testing::Pages::Page{429, "{}"} : testing::Pages::Page{200, items(1, 1)};
  });
  Recorder session;
  EXPECT_TRUE(result_of(read(source.connection, {}, session, everything(connector), {}), "orders").complete);
  EXPECT_EQ(logins, 3);
}

testing::Function changing(std::string patch, integ_status& answered) {
  return [patch = std::move(patch), &answered](const integ_host& host, integ_http_context* context) {
    answered = host.update_config(context, str(patch));
    integ_pair header{};
    header.name = str("Authorization");
    header.value = str("Bearer a");
    return host.set_auth(context, &header, 1, nullptr, 0, 0);
  };
}

TEST(UpdateConfig, IsKeptAsAPatchAndAsAWholeBeforeItReturns) {
  World world;
  TestConnector connector;
  integ_status answered = INTEG_E_INTERNAL;
  connector.authorize(changing(R"({"token":"rotated-1234"})", answered));
  std::string seen;
  connector.stream("orders", {.run = [](const integ_host& host, integ_http_context* context) {
                     return emit(host, context, "http://api.test/p");
                   }});
  Source source(world, connector, R"({"token":"first-1234"})");
  source.pages().page("http://api.test/p", items(1, 1));
  source.connection.keep_config_by([&](const std::string& patch, const std::string& config) {
    EXPECT_EQ(source.pages().asked("http://api.test/p"), 0U);
    EXPECT_EQ(patch, R"({"token":"rotated-1234"})");
    seen = config;
  });
  Recorder session;
  EXPECT_TRUE(result_of(read(source.connection, {}, session, everything(connector), {}), "orders").complete);
  EXPECT_EQ(answered, INTEG_OK);
  EXPECT_EQ(seen, R"({"token":"rotated-1234"})");
  EXPECT_EQ(source.connection.config()->text(), seen);
  EXPECT_EQ(world.secrets.mask("first-1234 rotated-1234"), "*** ***");
}

TEST(UpdateConfig, WhatIsNotKeptIsNotUsed) {
  World world;
  TestConnector connector;
  integ_status answered = INTEG_OK;
  connector.authorize([&](const integ_host& host, integ_http_context* context) {
    return answered = host.update_config(context, str(R"({"token":"rotated"})"));
  });
  connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                     return emit(host, context, "http://api.test/p");
                   }});
  Source source(world, connector, R"({"token":"first"})");
  source.connection.keep_config_by(
      [](const std::string&, const std::string&) { throw Error(Kind::state, "the disk is full"); });
  Recorder session;
  const ReadResult result = read(source.connection, {}, session, everything(connector), {});
  EXPECT_NE(answered, INTEG_OK);
  EXPECT_THAT(result_of(result, "orders").error->what(), HasSubstr("the disk is full"));
  EXPECT_EQ(source.pages().asked("http://api.test/p"), 0U);
  EXPECT_EQ(source.connection.config()->text(), R"({"token":"first"})");
}

TEST(UpdateConfig, RefusesWhatIsNoPatch) {
  for (const char* patch : {"[]", "{", "7", ""}) {
    World world;
    TestConnector connector;
    integ_status answered = INTEG_OK;
    connector.authorize(changing(patch, answered));
    connector.stream("orders", {.run = [&](const integ_host& host, integ_http_context* context) {
                       return emit(host, context, "http://api.test/p");
                     }});
    Source source(world, connector, R"({"token":"first"})");
    source.connection.keep_config_by([](const std::string&, const std::string&) { FAIL(); });
    Recorder session;
    read(source.connection, {}, session, everything(connector), {});
    EXPECT_EQ(answered, INTEG_E_ARGUMENT) << patch;
  }
}

}  // namespace
}  // namespace integ::sync
