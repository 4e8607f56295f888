// Where requests may go, what follows them there, and what is sent.
#include "base/error.hpp"
#include "harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::http::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string header_of(const Request& request, const std::string& name) {
  Answer view;
  view.headers = request.headers;
  const std::string* value = view.header(name);
  return value == nullptr ? "(none)" : *value;
}

TEST(Hosts, NothingIsSentToAHostThatIsNotAllowed) {
  Harness h({}, {"api.test", "*.other.test:8443"});
  h.transport.then(200);
  const Error error = h.error_of_get("http://evil.test/x");
  EXPECT_EQ(error.kind(), Kind::config);
  EXPECT_THAT(error.message(), HasSubstr("evil.test"));
  EXPECT_THAT(error.message(), HasSubstr("api.test"));
  EXPECT_THAT(error.message(), HasSubstr("pin_origin"));
  h.error_of_get("https://a.other.test/x");  // its port is not the one allowed
  h.error_of_get("ftp://api.test/x");
  h.error_of_get("http://api.test@evil.test/x");
  EXPECT_TRUE(h.transport.sent.empty());
  h.get("https://a.other.test:8443/x");
  h.get("http://api.test:81/x");
  EXPECT_EQ(h.transport.sent.size(), 2u);
}

TEST(Hosts, AnEmptyListIsNowhere) {
  Harness h({}, {});
  EXPECT_EQ(h.error_of_get("http://api.test/").kind(), Kind::config);
  EXPECT_TRUE(h.transport.sent.empty());
}

TEST(Hosts, TheOperatorOnlyNarrows) {
  Settings settings;
  settings.allowed_hosts = {"a.test", "evil.test"};
  Harness h(settings, {"a.test", "b.test"});
  h.transport.then(200);
  h.get("http://a.test/");
  EXPECT_THAT(h.error_of_get("http://b.test/").message(), HasSubstr("allowed_hosts"));
  h.error_of_get("http://evil.test/");
  EXPECT_EQ(h.transport.sent.size(), 1u);
}

TEST(Hosts, AWholeUrlCanStandInTheList) {
  Harness h({}, {"http://api.test:8080/v2"});
  h.transport.then(200);
  h.get("http://api.test:8080/x");
  h.error_of_get("http://api.test:8081/x");
  EXPECT_EQ(h.transport.sent.size(), 1u);
}

Answer page_that_says(const std::string& body, std::vector<Header> headers = {}) {
  Answer page;
  page.status = 200;
  page.url = "https://api.test/items?page=1";
  page.headers = std::move(headers);
  page.body = std::make_shared<std::string>(body);
  return page;
}

TEST(Links, AreKnownByThePageThatNamesThem) {
  const std::string elsewhere = "https://other.test:8443/items?page=2";
  EXPECT_EQ(linked_from(page_that_says(R"({"next":"https:\/\/other.test:8443\/items?page=2"})"), elsewhere),
            "https://api.test/items?page=1");
  EXPECT_NE(linked_from(page_that_says("{}", {{"Link", "<https://other.test:8443/x>; rel=next", false}}), elsewhere),
            "");
  EXPECT_EQ(linked_from(page_that_says("{}"), elsewhere), "") << "the connector's own idea";
  EXPECT_EQ(linked_from(page_that_says("other.test"), "https://api.test/items?page=2"), "") << "the same origin";
  EXPECT_EQ(linked_from(Answer{}, elsewhere), "") << "there was no page";
  EXPECT_EQ(linked_from(page_that_says("{}"), "no url"), "");
}

TEST(Links, ToAnotherOriginCarryNoSecret) {
  Harness h({}, {"api.test", "other.test"});
  h.secrets.add("in-the-query");
  h.transport.then(200);
  Request request = get_request("https://other.test/items?page=2&key=in-the-query&x=1");
  request.headers = {{"Authorization", "Bearer t", false},
                     {"X-Shopify-Access-Token", "shpat", true},
                     {"X-Api-Key", "in-the-query", false},
                     {"Accept", "application/json", false}};
  h.follow(request, "https://api.test/items?page=1");
  const Request& bare = h.transport.sent.at(0).request;
  EXPECT_EQ(bare.url, "https://other.test/items?page=2&x=1");
  for (const char* name : {"Authorization", "X-Shopify-Access-Token", "X-Api-Key"})
    EXPECT_EQ(header_of(bare, name), "(none)");
  EXPECT_EQ(header_of(bare, "Accept"), "application/json");

  h.exchange(request);
  EXPECT_EQ(header_of(h.transport.sent.at(1).request, "Authorization"), "Bearer t") << "asked for by the connector";
  h.follow(request, "https://api.test/items?page=1");
  EXPECT_EQ(header_of(h.transport.sent.at(2).request, "Authorization"), "Bearer t") << "so it is one of its own";
}

TEST(Links, ARefusedOneNamesBothHostsAndTheOption) {
  Harness h({}, {"127.0.0.1"});
  try {
    h.follow(get_request("http://127.0.0.2:1/pokemon?offset=1"), "http://127.0.0.1:8080/pokemon");
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("127.0.0.2"));
    EXPECT_THAT(error.message(), HasSubstr("127.0.0.1:8080"));
    EXPECT_THAT(error.message(), HasSubstr("pin_origin"));
  }
  Harness secure({}, {"api.test", "other.test"});
  EXPECT_THROW(secure.follow(get_request("http://other.test/x"), "https://api.test/x"), Error);
  EXPECT_TRUE(secure.transport.sent.empty());
}

TEST(Links, PinnedTheyKeepTheConfiguredOrigin) {
  Settings settings;
  settings.pin_origin = true;
  Harness h(settings, {"api.test"});
  h.transport.then(200);
  h.get("https://api.test/v2/pokemon");
  h.follow(get_request("http://10.0.0.7:8001/v2/pokemon?offset=1"), "https://api.test/v2/pokemon");
  EXPECT_EQ(h.transport.sent[1].request.url, "https://api.test/v2/pokemon?offset=1");
  h.get("http://10.0.0.7:8001/v2/pokemon?offset=2");  // a link out of a state
  EXPECT_EQ(h.transport.sent[2].request.url, "https://api.test/v2/pokemon?offset=2");
}

TEST(Links, HttpUnderHttpsIsUpgradedOrRefused) {
  Harness h({}, {"api.test"});
  h.transport.then(200);
  h.get("https://api.test:8443/p0");
  h.follow(get_request("http://api.test/p1"), "https://api.test:8443/p0");
  EXPECT_EQ(h.transport.sent[1].request.url, "https://api.test:8443/p1");
  EXPECT_THAT(h.error_of_get("http://api.test:9999/p1").message(), HasSubstr("http"));
  EXPECT_EQ(h.transport.sent.size(), 2u);
}

TEST(Redirects, AreFollowedWithTheirMethodAndBody) {
  Harness h;
  h.transport.then(307, "", {{"Location", "/b", false}}).then(303, "", {{"Location", "c", false}}).then(200);
  Request request = get_request("http://api.test/a");
  request.method = "POST";
  request.body = "{}";
  request.headers = {{"Content-Type", "application/json", false}};
  const Client::Outcome outcome = h.exchange(request);
  EXPECT_EQ(outcome.answer.url, "http://api.test/c");
  ASSERT_EQ(h.transport.sent.size(), 3u);
  EXPECT_EQ(h.transport.sent[1].request.method, "POST");
  EXPECT_EQ(h.transport.sent[1].request.body, "{}");
  EXPECT_EQ(h.transport.sent[2].request.method, "GET");
  EXPECT_EQ(h.transport.sent[2].request.body, "");
  EXPECT_EQ(header_of(h.transport.sent[2].request, "Content-Type"), "(none)");
}

TEST(Redirects, AnotherOriginLosesEverySecret) {
  Harness h({}, {"api.test", "cdn.test"});
  h.secrets.add("registered-secret");
  h.transport.then(302, "", {{"Location", "http://api.test/b", false}})
      .then(302, "", {{"Location", "http://cdn.test/c?sig=registered-secret&page=2", false}})
      .then(302, "", {{"Location", "http://api.test/d", false}})
      .then(200);
  Request request = get_request("http://api.test/a");
  request.headers = {{"Authorization", "Basic abc", false},
                     {"Cookie", "s=1", false},
                     {"X-Api-Key", "k", true},
                     {"X-Other", "registered-secret", false},
                     {"X-Plain", "yes", false}};
  h.exchange(request);
  ASSERT_EQ(h.transport.sent.size(), 4u);
  EXPECT_EQ(header_of(h.transport.sent[1].request, "X-Api-Key"), "k") << "the same origin keeps them";
  for (const char* name : {"Authorization", "Cookie", "X-Api-Key", "X-Other"}) {
    EXPECT_EQ(header_of(h.transport.sent[2].request, name), "(none)") << name;
    EXPECT_NE(header_of(h.transport.sent[3].request, name), "(none)") << name << ", back at its own origin";
  }
  for (std::size_t i : {2u, 3u}) EXPECT_EQ(header_of(h.transport.sent[i].request, "X-Plain"), "yes");
  EXPECT_EQ(h.transport.sent[2].request.url, "http://cdn.test/c?page=2");
}

TEST(Redirects, AnotherPortIsAnotherOrigin) {
  Harness h;
  h.transport.then(302, "", {{"Location", "http://api.test:81/b", false}}).then(200);
  h.get("http://api.test/a", {{"Authorization", "Basic abc", true}});
  EXPECT_EQ(header_of(h.transport.sent[1].request, "Authorization"), "(none)");
}

TEST(Redirects, WhereTheyMayNotGo) {
  for (const char* location : {"http://evil.test/", "ftp://api.test/x", "file:///etc/passwd", "http://api.test/down"}) {
    Harness h;
    h.transport.then(302, "", {{"Location", location, false}}).then(200);
    const Error error = h.error_of_get("https://api.test/a");
    EXPECT_NE(error.kind(), Kind::internal) << location;
    EXPECT_EQ(h.transport.sent.size(), 1u) << location;
  }
}

TEST(Redirects, NoMoreThanFive) {
  Harness h;
  h.transport.then(302, "", {{"Location", "/again", false}});
  const Error error = h.error_of_get("http://api.test/a");
  EXPECT_THAT(error.message(), HasSubstr("5 redirects"));
  EXPECT_EQ(h.transport.sent.size(), 6u);
}

TEST(Outgoing, AHeaderThatWouldSmuggleAnotherIsRefused) {
  for (const char* value : {"a\r\nX-Evil: 1", "a\n", "a\rb", "a\x7f"}) {
    Harness h;
    h.transport.then(200);
    Request request = get_request("http://api.test/");
    request.headers = {{"X-Token", value, true}};
    const Error error = h.error_of(request);
    EXPECT_EQ(error.kind(), Kind::config);
    EXPECT_THAT(error.message(), HasSubstr("X-Token"));
    EXPECT_THAT(error.message(), Not(HasSubstr("Evil")));
    EXPECT_TRUE(h.transport.sent.empty());
  }
  Harness h;
  Request request = get_request("http://api.test/");
  request.headers = {{"Bad Name:", "x", false}};
  EXPECT_EQ(h.error_of(request).kind(), Kind::config);
}

TEST(Outgoing, SaysWhoAsksAndWhatCanBeDecoded) {
  Harness h;
  h.transport.then(200);
  h.get("http://api.test/", {{"Accept-Encoding", "br", false}});
  EXPECT_EQ(header_of(h.transport.sent[0].request, "User-Agent"), "integ/0 test/0");
  EXPECT_EQ(header_of(h.transport.sent[0].request, "Accept-Encoding"), "gzip, deflate, zstd, identity");
  h.get("http://api.test/", {{"user-agent", "mine", false}});
  EXPECT_EQ(header_of(h.transport.sent[1].request, "User-Agent"), "mine");
}

}  // namespace
}  // namespace integ::http::testing
