// Where connections go and whom they trust: TLS, proxies, IPv6, private addresses. Over real sockets.
#include "base/error.hpp"
#include "certificates.hpp"
#include "harness.hpp"
#include "http/curl_transport.hpp"
#include "http/private_address.hpp"
#include "raw_server.hpp"
#include "support/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <optional>

namespace integ::http::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kPage = R"({"results":[]})";

// A variable of the environment for the life of this object, unset without a value; its old value comes back.
class Variable {
 public:
  explicit Variable(const char* name, const std::optional<std::string>& value = std::nullopt) : name_(name) {
    const char* before = std::getenv(name);
    if (before != nullptr) before_ = before;
    put(value);
  }
  ~Variable() { put(before_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void put(const std::optional<std::string>& value) {
    if (value) {
      setenv(name_, value->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }
  const char* name_;
  std::optional<std::string> before_;
};

// What the machine's own environment says must not decide a test.
struct Untouched : ::testing::Test {
  const Variable file{"SSL_CERT_FILE"}, folder_of_certificates{"SSL_CERT_DIR"}, http{"http_proxy"},
      https{"https_proxy"}, https_capitals{"HTTPS_PROXY"}, all{"all_proxy"}, all_capitals{"ALL_PROXY"},
      none{"no_proxy"}, none_capitals{"NO_PROXY"};
};
using Proxy = Untouched;
using Ipv6 = Untouched;
using BlockPrivate = Untouched;

struct Over {
  explicit Over(const Settings& settings = {}, const std::vector<std::string>& allowed = {"127.0.0.1", "localhost"})
      : curl(settings), h(curl, settings, allowed) {}
  std::string body(const std::string& url) { return *h.get(url).answer.body; }
  CurlTransport curl;
  Harness h;
};

class TlsTest : public Untouched {
 protected:
  RawServer server_of(const Authority::Subject& subject, bool old = false, const std::string& clients = {}) {
    return RawServer({RawServer::answer("200 OK", kPage)}, "127.0.0.1",
                     Tls{.identity = authority.issue(subject), .client_authority = clients, .old = old});
  }
  Settings trusting() {
    Settings settings;
    settings.ca_bundle = folder.write("ca.pem", authority.pem());
    return settings;
  }
  Authority authority;
  support::TempFolder folder;
};

TEST(Names, OneThatCannotBeResolvedIsLookedUpAgain) {
  Settings settings;
  settings.max_attempts = 3;
  Over over(settings, {"no-such-host.invalid"});
  const Error error = over.h.error_of_get("http://no-such-host.invalid/x");
  EXPECT_THAT(error.message(), AllOf(HasSubstr("no-such-host.invalid"), HasSubstr("after 3 attempts")));
}

TEST_F(TlsTest, APrivateAuthorityIsTrustedWhereItIsNamed) {
  const RawServer server = server_of({});
  Over stranger;
  const Error refused = stranger.h.error_of_get(server.url());
  EXPECT_EQ(refused.kind(), Kind::config);
  EXPECT_THAT(refused.message(), HasSubstr("the system's certificate store"));
  EXPECT_EQ(server.connections(), 1) << "final at once";

  EXPECT_EQ(Over(trusting()).body(server.url()), kPage);

  const Variable named("SSL_CERT_FILE", trusting().ca_bundle);
  EXPECT_EQ(Over().body(server.url()), kPage);
}

TEST_F(TlsTest, ABundleStandsInForTheSystemsAuthorities) {
  const Authority other;
  Settings settings;
  settings.ca_bundle = folder.write("other.pem", other.pem());
  const RawServer server = server_of({});
  const Variable named("SSL_CERT_FILE", trusting().ca_bundle);
  EXPECT_THAT(Over(settings).h.error_of_get(server.url()).message(), HasSubstr("ca_bundle " + settings.ca_bundle));

  settings.ca_bundle = folder.path("none.pem");
  const Error missing = Over(settings).h.error_of_get(server.url());
  EXPECT_EQ(missing.kind(), Kind::config);
  EXPECT_THAT(missing.message(), HasSubstr("none.pem"));
}

TEST_F(TlsTest, WhatIsWrongWithACertificateIsFinalAndSaid) {
  const RawServer expired = server_of({.host = "127.0.0.1", .from_days = -10, .to_days = -5});
  const Error late = Over(trusting()).h.error_of_get(expired.url());
  EXPECT_EQ(late.kind(), Kind::config);
  EXPECT_THAT(late.message(), HasSubstr("expired"));
  EXPECT_EQ(expired.connections(), 1);

  const RawServer early = server_of({.host = "127.0.0.1", .from_days = 1, .to_days = 2});
  EXPECT_THAT(Over(trusting()).h.error_of_get(early.url()).message(), HasSubstr("not yet valid"));

  const RawServer named = server_of({.host = "localhost"});
  const Error wrong = Over(trusting()).h.error_of_get(named.url());
  EXPECT_EQ(wrong.kind(), Kind::config);
  EXPECT_THAT(wrong.message(), HasSubstr("127.0.0.1"));
  EXPECT_EQ(named.connections(), 1);
  EXPECT_TRUE(named.requests().empty());
  EXPECT_EQ(Over(trusting()).body(named.url_of("localhost")), kPage);
}

TEST_F(TlsTest, NothingOlderThanOnePointTwo) {
  const RawServer old = server_of({}, true);
  const Error error = Over(trusting()).h.error_of_get(old.url());
  EXPECT_THAT(error.message(), HasSubstr("no secure connection"));
  EXPECT_TRUE(old.requests().empty());
  EXPECT_EQ(old.connections(), 1) << "it will not be newer the next time";
}

TEST_F(TlsTest, AClientShowsItsCertificate) {
  const RawServer server = server_of({}, false, authority.pem());
  const Error refused = Over(trusting()).h.error_of_get(server.url());
  EXPECT_EQ(refused.kind(), Kind::config) << refused.what();
  EXPECT_TRUE(server.requests().empty());

  const Identity own = authority.issue({.host = "client.test"});
  Settings both = trusting();
  both.client_certificate = folder.write("both.pem", own.certificate + own.key);
  EXPECT_EQ(Over(both).body(server.url()), kPage);

  Settings apart = trusting();
  apart.client_certificate = folder.write("cert.pem", own.certificate);
  apart.client_key = folder.write("key.pem", own.key);
  EXPECT_EQ(Over(apart).body(server.url()), kPage);

  apart.client_key = folder.path("none.pem");
  EXPECT_THAT(Over(apart).h.error_of_get(server.url()).message(), HasSubstr("none.pem"));

  Settings stranger = trusting();
  const Authority nobody;
  const Identity theirs = nobody.issue({.host = "client.test"});
  stranger.client_certificate = folder.write("theirs.pem", theirs.certificate + theirs.key);
  EXPECT_EQ(Over(stranger).h.error_of_get(server.url()).kind(), Kind::config);
}

// F005
TEST_F(TlsTest, ALinkThatSaysHttpIsNeverAskedInClear) {
  const RawServer server = server_of({});
  const RawServer canary({RawServer::answer("200 OK", kPage)});
  Over over(trusting());
  over.body(server.url("/p0"));
  EXPECT_EQ(over.body("http://" + server.host() + "/p1"), kPage);
  EXPECT_EQ(over.body("http://127.0.0.1/p2"), kPage) << "the link of who does not know that TLS ends in front of it";
  EXPECT_EQ(server.requests().at(2).target(), "/p2");
  EXPECT_EQ(server.requests().size(), 3u);
  EXPECT_THAT(over.h.error_of_get(canary.url("/p3")).message(), AllOf(HasSubstr("http"), HasSubstr(canary.host())));
  EXPECT_EQ(canary.connections(), 0);
}

TEST_F(Proxy, TakesWholeUrls) {
  const RawServer proxy({RawServer::answer("200 OK", kPage)});
  Settings settings;
  settings.proxy = proxy.url("");
  Over over(settings, {"api.test"});
  EXPECT_EQ(over.body("http://api.test/x?a=1"), kPage);
  EXPECT_EQ(proxy.requests().at(0).target(), "http://api.test/x?a=1");
  EXPECT_EQ(proxy.requests().at(0).header("Host"), "api.test");
}

TEST_F(Proxy, HasItsUserAndPassword) {
  const RawServer proxy({RawServer::answer("200 OK", kPage)});
  Settings settings;
  settings.proxy = "http://me:pass%21@" + proxy.host();
  Over(settings, {"api.test"}).body("http://api.test/");
  EXPECT_EQ(proxy.requests().at(0).header("Proxy-Authorization"), "Basic bWU6cGFzcyE=");
}

// F087
TEST_F(Proxy, OfTheEnvironmentUnlessTheHostIsExcepted) {
  const RawServer proxy({RawServer::answer("200 OK", R"({"by":"proxy"})")});
  const RawServer server({RawServer::answer("200 OK", kPage)});
  const Variable variable("http_proxy", proxy.url(""));
  EXPECT_EQ(Over().body(server.url("/x")), R"({"by":"proxy"})");
  EXPECT_EQ(proxy.requests().at(0).target(), server.url("/x"));
  {
    const Variable excepted("no_proxy", "a.test,127.0.0.1");
    EXPECT_EQ(Over().body(server.url()), kPage);
  }
  {
    const Variable excepted("NO_PROXY", "127.0.0.0/8");
    EXPECT_EQ(Over().body(server.url()), kPage);
  }
  Settings settings;
  settings.no_proxy = "127.0.0.1";
  EXPECT_EQ(Over(settings).body(server.url()), kPage);
  settings = {};
  settings.proxy = "none";
  EXPECT_EQ(Over(settings).body(server.url()), kPage);
  EXPECT_EQ(proxy.requests().size(), 1u);
}

// libcurl tells such a URL whole.
TEST_F(Proxy, ThatCantBeUsedIsAMistakeAndNotShown) {
  const RawServer server({RawServer::answer("200 OK", kPage)});
  for (const char* bad : {"http://us:pa#Canary@127.0.0.1:1", "http://us:Canary@127.0.0.1:99999",
                          "foo://us:Canary@127.0.0.1:1", "http://us:pa/Canary@127.0.0.1:1"}) {
    const Variable variable("http_proxy", bad);
    Over over;
    const Error error = over.h.error_of_get(server.url("/x"));
    EXPECT_EQ(error.kind(), Kind::config) << bad << error.what();
    EXPECT_THAT(error.message(),
                AllOf(HasSubstr("proxy"), HasSubstr("http_proxy"), ::testing::Not(HasSubstr("Canary"))));
    EXPECT_EQ(over.h.counters.requests, 1u) << bad;
  }
}

TEST_F(Proxy, ThatIsDeadIsNamed) {
  std::string dead;
  {
    const RawServer gone({RawServer::close_at_once()});
    dead = gone.host();
  }
  Settings settings;
  settings.proxy = "http://" + dead;
  settings.max_attempts = 1;
  const Error error = Over(settings, {"api.test"}).h.error_of_get("http://api.test/");
  EXPECT_EQ(error.kind(), Kind::transient);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("127.0.0.1 port"), HasSubstr("the proxy")));
}

struct Refusal {
  const char* status;
  bool lasting;
};
class ProxyRefusal : public Untouched, public ::testing::WithParamInterface<Refusal> {};

TEST_P(ProxyRefusal, IsNotTheServersAnswer) {
  const RawServer proxy({RawServer::answer(GetParam().status, "<h1>no</h1>", "Proxy-Authenticate: Basic realm=x\r\n")});
  Settings settings;
  settings.proxy = proxy.url("");
  settings.max_attempts = 3;
  Over over(settings, {"api.test"});
  const Error error = over.h.error_of_get("https://api.test/");
  EXPECT_THAT(error.message(), AllOf(HasSubstr("the proxy refused"), HasSubstr(std::string(GetParam().status, 3))));
  EXPECT_EQ(error.http_status(), 0) << "no status of the server is known";
  EXPECT_EQ(proxy.requests().size(), GetParam().lasting ? 1u : 3u);
  EXPECT_EQ(proxy.requests().at(0).method(), "CONNECT");
}

INSTANTIATE_TEST_SUITE_P(Of, ProxyRefusal,
                         ::testing::Values(Refusal{"407 Proxy Authentication Required", true},
                                           Refusal{"403 Forbidden", true}, Refusal{"502 Bad Gateway", false}),
                         [](const auto& one) { return std::string(one.param.status, 3); });

TEST_F(Proxy, ItsWishForAPasswordIsSaid) {
  const RawServer proxy({RawServer::answer("407 Proxy Authentication Required", "")});
  Settings settings;
  settings.proxy = proxy.url("");
  EXPECT_THAT(Over(settings, {"api.test"}).h.error_of_get("http://api.test/").message(), HasSubstr("proxy's URL"));
  EXPECT_EQ(proxy.requests().size(), 1u);
}

// F089
TEST_F(Ipv6, LiteralsAreHostsLikeOthers) {
  if (!ipv6_works()) GTEST_SKIP() << "no ::1 here";
  const RawServer server({RawServer::answer("200 OK", kPage)}, "::1");
  const std::string with_port = server.host();
  for (const std::string& allowed : {std::string("[::1]"), with_port, "http://" + with_port}) {
    EXPECT_EQ(Over({}, {allowed}).body(server.url("/x")), kPage) << allowed;
  }
  EXPECT_EQ(server.requests().at(0).header("Host"), with_port);
  EXPECT_EQ(server.requests().at(0).target(), "/x");
  Over narrow({}, {"[::1]:1"});
  EXPECT_THAT(narrow.h.error_of_get(server.url()).message(), HasSubstr(with_port));
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(BlockPrivate, LooksAtTheAddressBehindTheName) {
  const RawServer server({RawServer::answer("200 OK", kPage)});
  Settings settings;
  settings.block_private = true;
  for (const char* name : {"127.0.0.1", "localhost"}) {
    Over over(settings);
    const Error error = over.h.error_of_get(server.url_of(name));
    EXPECT_THAT(error.message(), HasSubstr("block_private")) << name;
    EXPECT_EQ(over.h.counters.retries, 0u);
  }
  // Not the way out either.
  const Variable proxy("http_proxy", server.url(""));
  EXPECT_THAT(Over(settings).h.error_of_get(server.url_of("localhost")).message(), HasSubstr("block_private"));
  EXPECT_EQ(server.connections(), 0);
}

bool is_private(const std::string& text) {
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
    return is_private_address(reinterpret_cast<const sockaddr&>(six), sizeof(six));
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  EXPECT_EQ(inet_pton(AF_INET, text.c_str(), &four.sin_addr), 1) << text;
  return is_private_address(reinterpret_cast<const sockaddr&>(four), sizeof(four));
}

TEST(PrivateAddress, IsWhatIsNotPublic) {
  for (const char* text : {"0.0.0.0",
                           "10.1.2.3",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "198.18.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "fc00::1",
                           "fd12::1",
                           "fe80::1",
                           "ff02::1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "2001:db8::1"}) {
    EXPECT_TRUE(is_private(text)) << text;
  }
  for (const char* text : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
                           "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.20.0.0", "223.255.255.255",
                           "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::"}) {
    EXPECT_FALSE(is_private(text)) << text;
  }
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_TRUE(is_private_address(local, sizeof(local)));
}

}  // namespace
}  // namespace integ::http::testing
