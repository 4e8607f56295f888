// Where an answer is no page its status and headers decide, whatever becomes of its body.
#include "base/error.hpp"
#include "harness.hpp"
#include "http/curl_transport.hpp"
#include "raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace integ::http::testing {
namespace {

using ::testing::HasSubstr;

const std::string kPage = R"({"results":[{"name":"a"}]})";

struct Over {
  explicit Over(const Settings& settings = {}) : curl(settings), h(curl, settings, {"127.0.0.1"}) {}
  CurlTransport curl;
  Harness h;
};

struct Broken {
  std::string name;
  std::string headers;
  std::string body;
  bool hangs = false;
  // With that status, and headers that each end with \r\n.
  RawServer::Step of(const std::string& status, const std::string& more = {}) const {
    const std::string bytes = "HTTP/1.1 " + status + "\r\n" + more + headers + "\r\n" + body;
    return hangs ? RawServer::hang(bytes) : RawServer::cut(bytes);
  }
};
class ErrorBody : public ::testing::TestWithParam<Broken> {};

TEST_P(ErrorBody, HidesNoStatus) {
  Settings settings;
  settings.silence_timeout = milliseconds(300);
  const struct {
    const char* status;
    integ_status expected;
  } cases[] = {
      {"401 Unauthorized", INTEG_E_AUTH}, {"403 Forbidden", INTEG_E_FORBIDDEN}, {"404 Not Found", INTEG_E_NOT_FOUND}};
  for (const auto& each : cases) {
    Over over(settings);
    const RawServer server({GetParam().of(each.status)});
    const Error error = over.h.error_of_get(server.url());
    EXPECT_EQ(error.status(), each.expected) << each.status;
    EXPECT_THAT(error.message(), HasSubstr(each.status));
    EXPECT_EQ(server.requests().size(), 1u) << each.status;
  }
}

TEST_P(ErrorBody, HidesNoWaitAndNoLocation) {
  Settings settings;
  settings.silence_timeout = milliseconds(300);
  Over over(settings);
  const RawServer server({GetParam().of("429 Too Many Requests", "Retry-After: 60\r\n"),
                          GetParam().of("302 Found", "Location: /there\r\n"), GetParam().of("503 Service Unavailable"),
                          RawServer::answer("200 OK", kPage)});
  EXPECT_EQ(*over.h.get(server.url()).answer.body, kPage);
  ASSERT_EQ(server.requests().size(), 4u);
  EXPECT_EQ(server.requests()[2].target(), "/there");
  EXPECT_GE(over.h.slept_ms(), 60'000);
}

INSTANTIATE_TEST_SUITE_P(
    Broken, ErrorBody,
    ::testing::Values(Broken{"unknown_encoding", "Content-Encoding: br\r\nContent-Length: 2\r\n", "xx"},
                      Broken{"falsely_labelled", "Content-Encoding: gzip\r\nContent-Length: 8\r\n", "not here"},
                      Broken{"cut", "Content-Length: 50\r\n", "xx"},
                      Broken{"cut_gzip", "Content-Encoding: gzip\r\nContent-Length: 3\r\n", "\x1f\x8b\x08"},
                      Broken{"bad_chunk", "Transfer-Encoding: chunked\r\n", "zz\r\n"},
                      Broken{"larger_than_any_limit", "Content-Length: 99999999999\r\n", "xx"},
                      Broken{"hanging_at_once", "Content-Length: 50\r\n", "", true},
                      Broken{"hanging", "Content-Length: 50\r\n", "xx", true}),
    [](const auto& each) { return each.param.name; });

TEST(ErrorBodies, AreNotWaitedForAsPagesAre) {
  Over over;  // with a silence of a minute
  const RawServer server({RawServer::hang("HTTP/1.1 404 Not Found\r\nContent-Length: 50\r\n\r\nno such thing")});
  const auto before = std::chrono::steady_clock::now();
  EXPECT_THAT(over.h.error_of_get(server.url()).message(), HasSubstr("no such thing"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(50));
}

}  // namespace
}  // namespace integ::http::testing
