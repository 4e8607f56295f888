// What arrives on a connection between two requests is the answer to none.
#include "certificates.hpp"
#include "harness.hpp"
#include "http/curl_transport.hpp"
#include "raw_server.hpp"
#include "support/folder.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace integ::http::testing {
namespace {

const std::string kPage = R"({"results":[{"name":"a"}]})";
const std::string kNext = R"({"results":[{"name":"b"}]})";

struct Late {
  std::string name;
  std::string bytes;
};
class IdleConnection : public ::testing::TestWithParam<Late> {
 protected:
  static Settings once() {
    Settings settings;
    settings.max_attempts = 1;  // a connection that is replaced is no attempt
    return settings;
  }
  void page_after_late(const std::optional<Tls>& tls, const Settings& settings) {
    RawServer::Step first = RawServer::answer("200 OK", kPage);
    first.late = GetParam().bytes;
    RawServer server({first, RawServer::answer("200 OK", kNext)}, "127.0.0.1", tls);
    CurlTransport curl(settings);
    Harness h(curl, settings, {"127.0.0.1"});
    EXPECT_EQ(*h.get(server.url("/1")).answer.body, kPage);
    server.send_late();
    EXPECT_EQ(*h.get(server.url("/2")).answer.body, kNext);
    EXPECT_EQ(server.requests().size(), 2u);
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(h.counters.requests, 2u);
    EXPECT_EQ(*h.get(server.url("/3")).answer.body, kNext);
    EXPECT_EQ(server.connections(), 2) << "the new one is kept";
  }
};

TEST_P(IdleConnection, IsNotUsedAgain) { page_after_late(std::nullopt, once()); }

TEST_P(IdleConnection, IsNotUsedAgainUnderTls) {
  const Authority authority;
  const support::TempFolder folder;
  Settings settings = once();
  settings.ca_bundle = folder.write("ca.pem", authority.pem());
  page_after_late(Tls{.identity = authority.issue({})}, settings);
}

INSTANTIATE_TEST_SUITE_P(
    Late, IdleConnection,
    ::testing::Values(Late{"another_answer", "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"evil\":true}"},
                      Late{"a_line_end", "\r\n"}, Late{"half_an_answer", "HTTP/1.1 200 OK\r\nContent-"},
                      Late{"a_farewell",
                           "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"}),
    [](const auto& each) { return each.param.name; });

TEST(IdleConnectionUnderTls, TicketsOfTheHandshakeCostNone) {
  const Authority authority;
  const support::TempFolder folder;
  Settings settings;
  settings.ca_bundle = folder.write("ca.pem", authority.pem());
  const RawServer server({RawServer::answer("200 OK", kPage)}, "127.0.0.1", Tls{.identity = authority.issue({})});
  CurlTransport curl(settings);
  Harness h(curl, settings, {"127.0.0.1"});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(*h.get(server.url()).answer.body, kPage);
  EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace integ::http::testing
