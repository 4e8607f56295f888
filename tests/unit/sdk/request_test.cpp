#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using integ::Request;
using integ::Secret;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// What reaches the host.
integ::testing::Sent sent(const Request& request) {
  return integ::testing::sent_of(*integ::detail::RequestView(request.settled(), request.flags()).get());
}

TEST(Request, QueryTakesWhatCanBeAValue) {
  const auto request = Request("http://h/x")
                           .query("text", "a b&c=é/")
                           .query("n", 100)
                           .query("f", 0.5)
                           .query("b", true)
                           .query("none", std::optional<int>())
                           .query("some", std::optional<int>(1))
                           .query("list", std::vector<std::string>{"x", "y"})
                           .query("ids", {1, 2})
                           .query("at", integ::DateTime("2024-01-01T00:00:00+01:00"));
  EXPECT_EQ(sent(request).url,
            "http://h/x?text=a%20b%26c%3D%C3%A9%2F&n=100&f=0.5&b=true&some=1&list=x&list=y&ids=1&ids=2"
            "&at=2024-01-01T00%3A00%3A00%2B01%3A00");
}

TEST(Request, PathAndSegment) {
  EXPECT_EQ(Request("http://h/v1/").path("/shops/").path(7).segment("a/b c").url(), "http://h/v1/shops/7/a%2Fb%20c");
  EXPECT_EQ(Request("http://h/v1?key=k").path("x").query("n", 1).url(), "http://h/v1/x?key=k");
  EXPECT_EQ(sent(Request("http://h/v1?key=k").path("x").query("n", 1)).url, "http://h/v1/x?key=k&n=1");
}

TEST(Request, FromRawUrlTakesTheQueryApart) {
  auto request = Request::from_raw_url("http://h/x?page=1&q=a%20b+c&flag&page=2#there");
  EXPECT_EQ(request.query_value("q"), "a b c");
  EXPECT_EQ(request.query_value("none"), std::nullopt);
  request.set_query("page", 3);
  EXPECT_EQ(sent(request).url, "http://h/x?q=a%20b%20c&flag=&page=3");
  EXPECT_THROW((void)Request::from_raw_url("/x?y=1"), integ::detail::Thrown);
}

TEST(Request, AuthorizationIsMarkedSecret) {
  EXPECT_THAT(sent(Request("http://h").bearer(Secret("t"))).headers, ElementsAre(Pair("Authorization", "Bearer t")));
  const auto basic = sent(Request("http://h").basic_auth("Aladdin", Secret("open sesame")));
  EXPECT_THAT(basic.headers, ElementsAre(Pair("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")));
  EXPECT_THAT(basic.secrets, ElementsAre("Authorization"));
  EXPECT_THAT(sent(Request("http://h").query("key", Secret("k")).secret_header("X", "y").header("Z", "z")).secrets,
              ElementsAre("key", "X"));
}

TEST(Request, Bodies) {
  const auto json =
      sent(Request("http://h").header("content-type", "text/plain").json_body(std::map<std::string, int>{{"a", 1}}));
  EXPECT_EQ(json.method, "POST");
  EXPECT_EQ(json.body, R"({"a":1})");
  EXPECT_THAT(json.headers, ElementsAre(Pair("Content-Type", "application/json")));
  EXPECT_EQ(sent(Request("http://h").form_body({{"a b", "c&d"}, {"e", ""}})).body, "a%20b=c%26d&e=");
  const auto put = Request("http://h").method("PUT").body("x").timeout(std::chrono::seconds(2)).retry_safe();
  EXPECT_EQ(sent(put).method, "PUT");
  EXPECT_EQ(sent(put).timeout_ms, 2000U);
  EXPECT_EQ(put.flags(), INTEG_REQUEST_RETRY_SAFE);
}

TEST(Request, LateValuesAreCalledForEachAttempt) {
  int calls = 0;
  auto request = Request("http://h").header("X-Count", [&] { return ++calls; }).late_body([&] {
    return "b" + std::to_string(calls);
  });
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(request.flags(), INTEG_REQUEST_REBUILD);
  EXPECT_EQ(sent(request).header("X-Count"), "1");
  const auto second = sent(request);
  EXPECT_EQ(second.header("X-Count"), "2");
  EXPECT_EQ(second.body, "b2");
}

TEST(Request, ALateFunctionThatCountsGoesOnCounting) {
  const auto request =
      Request("http://h").header("X-Count", integ::Late([n = 0]() mutable { return std::to_string(++n); }));
  EXPECT_EQ(sent(request).header("X-Count"), "1");
  EXPECT_EQ(sent(request).header("X-Count"), "2");
}

TEST(Request, TheSignerSeesTheSettledRequest) {
  const auto request =
      Request("http://h").method("POST").query("t", [] { return "now"; }).body("b").sign([](Request& r) {
        r.secret_header("X-Sign", r.method() + r.query_value("t").value_or("?") + r.body().value_or("?"));
      });
  EXPECT_EQ(request.flags(), INTEG_REQUEST_REBUILD);
  EXPECT_EQ(sent(request).header("X-Sign"), "POSTnowb");
  EXPECT_EQ(sent(request).headers.size(), 1U);
}

TEST(Request, ACloneIsIndependent) {
  auto request = Request("http://h").query("a", 1);
  auto copy = request.clone();
  copy.path("x").set_query("a", 2).header("H", "v");
  EXPECT_EQ(sent(request).url, "http://h?a=1");
  EXPECT_EQ(sent(copy).url, "http://h/x?a=2");
}

TEST(Request, ToStringShowsNoSecret) {
  const auto request = Request("https://user:s3cret@h/x")
                           .query("q", "a b")
                           .query("key", Secret("s3cret"))
                           .secret_query("late", [] { return "s3cret"; })
                           .bearer("s3cret")
                           .header("Accept", "text/csv")
                           .body("s3cret");
  EXPECT_EQ(request.to_string(), "POST https://***@h/x?q=a%20b&key=***&late=***\nAuthorization: ***\nAccept: text/csv");
  EXPECT_THAT(request.to_string(), Not(HasSubstr("s3cret")));
}

}  // namespace
