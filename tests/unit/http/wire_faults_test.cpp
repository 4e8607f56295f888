// The client over libcurl against servers that break their answers: each fault once, then a good page.
#include "base/error.hpp"
#include "harness.hpp"
#include "http/curl_transport.hpp"
#include "packed.hpp"
#include "raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>
#include <thread>

namespace integ::http::testing {
namespace {

using ::testing::HasSubstr;

const std::string kPage = R"({"results":[{"name":"a"}]})";

std::string gzipped(const std::string& text) { return packed(text, MAX_WBITS + 16); }

Settings small() {
  Settings settings;
  settings.max_body = 1u << 20;
  return settings;
}

struct Wire {
  explicit Wire(std::vector<std::string> allowed = {"127.0.0.1"}, const Settings& settings = small())
      : curl(settings), h(curl, settings, std::move(allowed)) {}
  CurlTransport curl;
  Harness h;
};

struct Fault {
  std::string name;
  RawServer::Step step;
};
class FaultOnce : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultOnce, IsRepeatedAndThePageComesWhole) {
  Wire wire;
  RawServer server({GetParam().step, RawServer::answer("200 OK", kPage)});
  const Client::Outcome outcome = wire.h.get(server.url("/page"));
  EXPECT_EQ(*outcome.answer.body, kPage);
  EXPECT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(wire.h.counters.retries, 1u);
  EXPECT_EQ(wire.h.acceptor.begun, 2);
  EXPECT_GE(wire.h.slept_ms(), 50);
}

TEST(Head, ALineThatLibcurlCannotHoldIsFinalAndSaid) {
  Wire wire;
  const RawServer server({RawServer::answer("200 OK", kPage, "X-Large: " + std::string(200'000, 'x') + "\r\n")});
  const Error error = wire.h.error_of_get(server.url());
  EXPECT_THAT(error.message(), HasSubstr("a header of the answer is larger"));
  EXPECT_EQ(server.requests().size(), 1u);
}

std::vector<Fault> faults() {
  const std::string body = gzipped(kPage);
  const std::string half = body.substr(0, body.size() / 2);
  std::vector<Fault> out = {
      {"closed_before_the_answer", RawServer::close_at_once()},
      {"reset_before_the_answer", RawServer::reset("")},
      {"two_lengths", RawServer::cut("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: " +
                                     std::to_string(kPage.size()) + "\r\n\r\n" + kPage)},
      {"cut_in_the_head", RawServer::cut("HTTP/1.1 200 OK\r\nContent-Le")},
      {"cut_content_length", RawServer::cut("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"results\":")},
      {"cut_chunk", RawServer::cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"results\":")},
      {"no_last_chunk", RawServer::cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")},
      {"bad_chunk", RawServer::cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")},
      {"cut_gzip_with_right_length", RawServer::answer("200 OK", half, "Content-Encoding: gzip\r\n")},
      {"cut_gzip_until_close", RawServer::cut("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + half)},
      {"cut_document_until_close", RawServer::cut("HTTP/1.1 200 OK\r\n\r\n{\"results\":[")},
      {"broken_gzip", RawServer::answer("200 OK", "nonsense", "Content-Encoding: gzip\r\n")},
      {"empty", RawServer::answer("200 OK", "")},
      {"html", RawServer::answer("200 OK", "<html>a gateway</html>", "Content-Type: text/html\r\n")},
      {"no_http", RawServer::cut("SSH-2.0-OpenSSH_9.2\r\n")},
  };
  for (const char* status : {"500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable",
                             "504 Gateway Timeout", "408 Request Timeout", "425 Too Early", "522 "}) {
    out.push_back({"status_" + std::string(status, 3), RawServer::answer(status, "trouble")});
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(Wire, FaultOnce, ::testing::ValuesIn(faults()),
                         [](const auto& each) { return each.param.name; });

TEST(WireFaults, AServerThatFallsSilentIsAskedAgain) {
  Settings settings = small();
  settings.first_byte_timeout = milliseconds(500);
  settings.silence_timeout = milliseconds(500);
  for (const char* sent : {"", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"}) {
    Wire wire({"127.0.0.1"}, settings);
    const RawServer server({RawServer::hang(sent), RawServer::answer("200 OK", kPage)});
    EXPECT_EQ(*wire.h.get(server.url()).answer.body, kPage);
    EXPECT_GE(wire.h.counters.retries, 1u);
  }
}

TEST(WireFaults, RetryAfterIsWaitedForOnTheClock) {
  Wire wire;
  RawServer server(
      {RawServer::answer("429 Too Many Requests", "", "Retry-After: 60\r\n"), RawServer::answer("200 OK", kPage)});
  EXPECT_EQ(*wire.h.get(server.url()).answer.body, kPage);
  EXPECT_EQ(wire.h.slept_ms(), 60'000);
}

TEST(WireFaults, A401IsOneRequest) {
  Wire wire;
  RawServer server({RawServer::answer("401 Unauthorized", "no", "WWW-Authenticate: Basic\r\n")});
  const Error error = wire.h.error_of_get(server.url());
  EXPECT_EQ(error.kind(), Kind::auth);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(wire.h.slept_ms(), 0);
}

TEST(WireFaults, NothingListensThere) {
  Wire wire;
  std::string url;
  {
    RawServer gone({RawServer::close_at_once()});
    url = gone.url("/pokemon");
  }
  const Error error = wire.h.error_of_get(url);
  EXPECT_EQ(error.kind(), Kind::transient);
  EXPECT_THAT(error.message(), HasSubstr("no connection"));
  EXPECT_THAT(error.message(), HasSubstr("6 attempts"));
  EXPECT_THAT(error.what(), HasSubstr("GET " + url));
  EXPECT_EQ(wire.h.failed.status, 0);
}

TEST(WireFaults, ARedirectToAnotherHostCarriesNoSecrets) {
  RawServer other({RawServer::answer("200 OK", kPage)}, "127.0.0.2");
  RawServer server({RawServer::answer("302 Found", "", "Location: " + other.url("/x") + "\r\n")});
  Wire wire({"127.0.0.1", "127.0.0.2"});
  const Client::Outcome outcome = wire.h.get(
      server.url(), {{"Authorization", "Bearer t", true}, {"X-Api-Key", "k", true}, {"Cookie", "c=1", false}});
  EXPECT_EQ(outcome.answer.url, other.url("/x"));
  EXPECT_TRUE(server.requests().at(0).has("Authorization"));
  const RawServer::Seen seen = other.requests().at(0);
  EXPECT_FALSE(seen.has("Authorization"));
  EXPECT_FALSE(seen.has("X-Api-Key"));
  EXPECT_FALSE(seen.has("Cookie"));
}

TEST(WireFaults, ARedirectToAHostThatIsNotAllowedIsNotFollowed) {
  RawServer other({RawServer::answer("200 OK", kPage)}, "127.0.0.2");
  RawServer server({RawServer::answer("302 Found", "", "Location: " + other.url("/x") + "\r\n")});
  Wire wire;
  const Error error = wire.h.error_of_get(server.url());
  EXPECT_THAT(error.message(), HasSubstr("127.0.0.2"));
  EXPECT_TRUE(other.requests().empty());
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(WireFaults, ABodyOverTheCapIsFinal) {
  const std::string big(2u << 20, 'x');
  for (const RawServer::Step& step : {RawServer::answer("200 OK", big), RawServer::cut("HTTP/1.1 200 OK\r\n\r\n" + big),
                                      RawServer::answer("200 OK", gzipped(big), "Content-Encoding: gzip\r\n")}) {
    Wire wire;
    RawServer server({step});
    const Error error = wire.h.error_of_get(server.url());
    EXPECT_EQ(error.kind(), Kind::malformed);
    EXPECT_EQ(error.status(), INTEG_E_LIMIT);
    EXPECT_THAT(error.message(), HasSubstr("max_body"));
    EXPECT_EQ(server.requests().size(), 1u);
  }
}

TEST(WireFaults, AnEncodingThatWasNotAskedForIsNamed) {
  Wire wire;
  RawServer server({RawServer::answer("200 OK", "x", "Content-Encoding: br\r\n")});
  EXPECT_THAT(wire.h.error_of_get(server.url()).message(), HasSubstr("br"));
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests().at(0).header("Accept-Encoding"), "gzip, deflate, zstd, identity");
}

TEST(WireFaults, APostOnADeadConnectionIsNotSentTwice) {
  RawServer server({RawServer::answer("200 OK", kPage), RawServer::close_at_once()});
  Wire wire;
  wire.h.get(server.url());
  Request post = get_request(server.url());
  post.method = "POST";
  post.body = "{}";
  wire.h.error_of(post);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(WireFaults, ADeadIdleConnectionCostsNoAttempt) {
  Settings settings = small();
  settings.max_attempts = 1;
  Wire wire({"127.0.0.1"}, settings);
  RawServer::Step page = RawServer::answer("200 OK", kPage);
  RawServer::Step dying = page;
  dying.close = true;
  RawServer server({page, dying, page, RawServer::close_at_once(), page});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(*wire.h.get(server.url()).answer.body, kPage) << i;
  EXPECT_EQ(wire.h.slept_ms(), 0);
}

TEST(WireFaults, CancelledInATransferItEndsSoon) {
  Settings settings;  // with time-outs of a minute
  Wire wire({"127.0.0.1"}, settings);
  RawServer server({RawServer::hang("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")});
  std::thread canceller([&] {
    server.wait_for_requests(1);
    wire.h.cancellation.cancel(CancelReason::interrupted);
  });
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(wire.h.error_of_get(server.url()).kind(), Kind::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  canceller.join();
}

TEST(WireFaults, CancelledInAWaitItEndsSoon) {
  const Settings settings = small();
  CurlTransport curl(settings);
  SystemClock clock;
  Secrets secrets;
  Lines lines;
  Log log{secrets, lines};
  Client client(settings, {"127.0.0.1"}, "test", {curl, clock, log, secrets, 1});
  RawServer server({RawServer::answer("429 Too Many Requests", "", "Retry-After: 600\r\n")});
  Cancellation cancellation;
  StreamCounters counters;
  std::thread canceller([&] {
    while (counters.waiting_until_ms == 0) std::this_thread::yield();
    cancellation.cancel(CancelReason::interrupted);
  });
  LooksAcceptor acceptor;
  Budget budget;
  const auto before = std::chrono::steady_clock::now();
  try {
    client.exchange(get_request(server.url()), acceptor, {"s", &cancellation, &counters}, budget, nullptr);
    ADD_FAILURE() << "not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::cancelled);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5)) << "it was to wait for ten minutes";
  EXPECT_EQ(counters.waiting_until_ms, 0);
  canceller.join();
}

}  // namespace
}  // namespace integ::http::testing
