// What a redirect takes along, whose limits it meets, and what is said of it.
#include "base/error.hpp"
#include "harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::http::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Header to(const std::string& url) { return {"Location", url, false}; }

Request post(const std::string& url, const std::string& body) {
  Request request = get_request(url);
  request.method = "POST";
  request.body = body;
  return request;
}

TEST(RedirectLimits, EachHopTakesItsTurnOfTheBucket) {
  Settings settings;
  settings.requests_per_second = 2;
  Harness h(settings);
  h.transport.then(302, "", {to("/b")}).then(302, "", {to("/c")}).then(200);
  h.get("http://api.test/a");
  ASSERT_EQ(h.transport.sent.size(), 3u);
  EXPECT_EQ(h.slept_ms(), 1'000);
}

TEST(RedirectLimits, AnotherHostHasABucketOfItsOwn) {
  Settings settings;
  settings.requests_per_second = 2;
  Harness h(settings, {"api.test", "cdn.test"});
  h.transport.then(302, "", {to("http://cdn.test/b")}).then(200);
  h.get("http://api.test/a");
  EXPECT_EQ(h.slept_ms(), 0);
}

TEST(RedirectLimits, WhatAHopSaysIsOfItsHost) {
  const std::vector<Header> used_up = {{"X-RateLimit-Remaining", "0", false}, {"X-RateLimit-Reset", "30", false}};
  Harness h({}, {"api.test", "cdn.test"});
  std::vector<Header> leading = used_up;
  leading.push_back(to("http://cdn.test/b"));
  h.transport.then(302, "", leading).then(200);
  h.get("http://api.test/a");
  EXPECT_EQ(h.slept_ms(), 0) << "the other host has its own";
  h.get("http://api.test/a");
  EXPECT_EQ(h.slept_ms(), 30'000) << "what the redirect said holds";

  Harness other({}, {"api.test", "cdn.test"});
  other.transport.then(302, "", {to("http://cdn.test/b")}).then(200, "{}", used_up).then(200);
  other.get("http://api.test/a");
  other.get("http://api.test/plain");
  EXPECT_EQ(other.slept_ms(), 0) << "nothing was said of this host";
  other.get("http://cdn.test/b");
  EXPECT_EQ(other.slept_ms(), 30'000);
}

TEST(RedirectLimits, ARefusalOfTheOtherHostClosesItsGateAlone) {
  Harness h({}, {"api.test", "cdn.test"});
  h.transport.then(302, "", {to("http://cdn.test/b")})
      .then(429, "", {{"Retry-After", "60", false}})
      .then(302, "", {to("http://cdn.test/fresh")})
      .then(200);
  h.get("http://api.test/a");
  ASSERT_EQ(h.transport.sent.size(), 4u);
  EXPECT_GE(h.slept_ms(), 60'000);
  EXPECT_EQ(h.transport.sent[2].request.url, "http://api.test/a");
  EXPECT_GE(h.transport.sent[2].at - h.transport.sent[1].at, std::chrono::seconds(60))
      << "not asked for a Location that ages while it waits";
}

TEST(UserInformation, StaysWithItsOriginAndWithNoOther) {
  Harness h({}, {"api.test", "cdn.test"});
  h.transport.then(200);
  h.get("http://us:pw@api.test/p0");
  h.get("http://api.test/p1");
  EXPECT_EQ(h.transport.sent[1].request.url, "http://us:pw@api.test/p1");
  h.get("http://cdn.test/p1");
  h.get("http://api.test:81/p1");
  EXPECT_EQ(h.transport.sent[2].request.url, "http://cdn.test/p1");
  EXPECT_EQ(h.transport.sent[3].request.url, "http://api.test:81/p1");
}

TEST(UserInformation, GoesAlongARedirectWithinItsOrigin) {
  Harness h({}, {"api.test", "cdn.test"});
  h.transport.then(301, "", {to("http://api.test/b")})
      .then(301, "", {to("http://cdn.test/c")})
      .then(301, "", {to("http://cdn.test/d")})
      .then(301, "", {to("http://api.test/e")})
      .then(200);
  h.get("http://us:pw@api.test/a");
  ASSERT_EQ(h.transport.sent.size(), 5u);
  EXPECT_EQ(h.transport.sent[1].request.url, "http://us:pw@api.test/b");
  EXPECT_EQ(h.transport.sent[2].request.url, "http://cdn.test/c");
  EXPECT_EQ(h.transport.sent[3].request.url, "http://cdn.test/d");
  EXPECT_EQ(h.transport.sent[4].request.url, "http://us:pw@api.test/e");
}

TEST(PinnedRedirects, KeepTheConfiguredOrigin) {
  Settings settings;
  settings.pin_origin = true;
  for (const char* location : {"http://inner.local:8001/b?x=1", "http://api.test/b?x=1", "https://inner.local/b?x=1"}) {
    Harness h(settings, {"api.test"});
    h.transport.then(301, "", {to(location)}).then(200);
    h.get("https://us:pw@api.test/a", {{"X-Api-Key", "k", true}});
    ASSERT_EQ(h.transport.sent.size(), 2u) << location;
    EXPECT_EQ(h.transport.sent[1].request.url, "https://us:pw@api.test/b?x=1");
    EXPECT_EQ(h.transport.sent[1].request.headers.front().value, "k");
  }
}

TEST(PinnedRedirects, OfAnotherHostAreItsOwn) {
  Settings settings;
  settings.pin_origin = true;
  Harness h(settings, {"api.test", "cdn.test"});
  h.transport.then(301, "", {to("http://cdn.test/b")}).then(301, "", {to("http://inner.local/c")}).then(200);
  EXPECT_THAT(h.error_of_get("http://api.test/a").message(), HasSubstr("inner.local"));
  EXPECT_EQ(h.transport.sent.size(), 2u);
}

TEST(RedirectErrors, TellWhereItLedAndWhatDidNotGoThere) {
  Harness h;
  h.transport.then(301, "", {to("https://api.test/a")}).then(401, "who are you");
  Request request = get_request("http://api.test/a");
  request.headers = {{"Authorization", "Bearer t", true}};
  EXPECT_THAT(h.error_of(request).message(),
              AllOf(HasSubstr("401 Unauthorized"),
                    HasSubstr("redirected to https://api.test without the credentials of http://api.test")));

  Harness bare;
  bare.transport.then(301, "", {to("https://api.test/a")}).then(404);
  EXPECT_THAT(bare.error_of_get("http://api.test/a").message(),
              AllOf(HasSubstr("redirected to https://api.test"), Not(HasSubstr("credentials"))));

  Harness same;
  same.transport.then(301, "", {to("/b")}).then(404);
  EXPECT_THAT(same.error_of_get("http://api.test/a").message(), Not(HasSubstr("redirected")));
}

TEST(RedirectBodies, ThatHoldASecretStayAtTheirOrigin) {
  for (const char* body : {"grant_type=refresh_token&refresh_token=s%65cret%20token", "refresh_token=secret+token",
                           R"({"key":"secret token"})", "c2VjcmV0IHRva2Vu", "pin=123&x=1"}) {
    for (const int status : {307, 308}) {
      Harness h({}, {"api.test", "cdn.test"});
      h.secrets.add("secret token");
      h.secrets.add("123");
      h.transport.then(status, "", {to("http://cdn.test/b")}).then(200);
      const Error error = h.error_of(post("http://api.test/a", body));
      EXPECT_EQ(error.kind(), Kind::config) << body;
      EXPECT_THAT(error.message(), AllOf(HasSubstr("http://api.test"), HasSubstr("http://cdn.test")));
      EXPECT_EQ(h.transport.sent.size(), 1u) << body;
    }
  }
}

TEST(RedirectBodies, GoOnWhereTheyHoldNoneOrAreLeftBehind) {
  Harness h({}, {"api.test", "cdn.test"});
  h.secrets.add("secret token");
  h.transport.then(307, "", {to("http://cdn.test/b")}).then(200);
  h.exchange(post("http://api.test/a", "page=1"));
  EXPECT_EQ(h.transport.sent.at(1).request.body, "page=1");

  Harness seen({}, {"api.test", "cdn.test"});
  seen.secrets.add("secret token");
  seen.transport.then(303, "", {to("http://cdn.test/b")}).then(200);
  seen.exchange(post("http://api.test/a", "token=secret token"));
  EXPECT_EQ(seen.transport.sent.at(1).request.body, "");

  Harness within;
  within.secrets.add("secret token");
  within.transport.then(307, "", {to("/b")}).then(200);
  within.exchange(post("http://api.test/a", "token=secret token"));
  EXPECT_EQ(within.transport.sent.at(1).request.body, "token=secret token");
}

TEST(RedirectBodies, OfALinkToAnotherOriginStayAsWell) {
  Harness h({}, {"api.test", "cdn.test"});
  h.secrets.add("secret token");
  h.transport.then(200);
  EXPECT_THROW(h.follow(post("http://cdn.test/b", "token=secret token"), "http://api.test/a"), Error);
  EXPECT_TRUE(h.transport.sent.empty());
}

}  // namespace
}  // namespace integ::http::testing
