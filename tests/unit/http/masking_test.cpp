// What an error must not repeat of the answer that it tells of.
#include "harness.hpp"
#include "http/named_secrets.hpp"
#include "http/proxies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::http::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Named, MembersPairsAndLinksAreMasked) {
  EXPECT_EQ(mask_named(R"({"error":"no","access_token":"a\"b","code":"E7","key":"name"})"),
            R"({"error":"no","access_token":"***","code":"E7","key":"name"})");
  EXPECT_EQ(mask_named(R"({"a":{"Refresh-Token" : ["x","y"],"n":1}})"),
            R"({"a":{"Refresh-Token" : ["***","***"],"n":1}})");
  EXPECT_EQ(mask_named(R"({"password":"cut he)"), R"({"password":"***")");
  EXPECT_EQ(mask_named("access_token=abc&expires_in=3600"), "access_token=***&expires_in=3600");
  EXPECT_EQ(mask_named("Bad request: id_token=abc was used; code=E7 of it"),
            "Bad request: id_token=*** was used; code=E7 of it");
  EXPECT_EQ(mask_named("<p>token=abc</p><Refresh_Token>a b</Refresh_Token><Code>E7</Code><a>x</a>"),
            "<p>token=***</p><Refresh_Token>***</Refresh_Token><Code>E7</Code><a>x</a>");
  EXPECT_EQ(mask_named("a==b&token==x=&sig="), "a==b&token=***&sig=");
  EXPECT_EQ(mask_named("Cannot GET /p?sig=abc&page=2 here"), "Cannot GET /p?sig=***&page=2 here");
  EXPECT_EQ(mask_named("nothing = of that kind, it's 50% & more?"), "nothing = of that kind, it's 50% & more?");
}

TEST(Named, LinksAreFoundHoweverTheyAreEscaped) {
  const auto masked = [](std::string_view text) { return mask_links(text, [](auto) { return std::string("***"); }); };
  EXPECT_EQ(masked(R"("https:\/\/h\/p?a=1\u0026access_token=x\/y\u0026b=2")"),
            R"("https:\/\/h\/p?a=1\u0026access_token=***\u0026b=2")");
  EXPECT_EQ(masked(R"("h/p?access_token\u003dx\u0026sig\u003dy")"), R"("h/p?access_token\u003d***\u0026sig\u003d***")");
  EXPECT_EQ(masked(R"(<a href="/p?a=1&amp;sig=x&amp;b=2">)"), R"(<a href="/p?a=1&amp;sig=***&amp;b=2">)");
  EXPECT_EQ(masked("<https://h/p?access%5Ftoken=x>; rel=next"), "<https://h/p?access%5Ftoken=***>; rel=next");
  EXPECT_EQ(masked("?sig=&x&sig&=a&sig=b#sig=c"), "?sig=&x&sig&=a&sig=***#sig=c");
  for (const char* none : {"", "?", "&", "\\", "a?b", "?page=2&next_page_token=x", "sig=x", "\\u0026"}) {
    EXPECT_EQ(masked(none), none);
  }
}

Request token_request() {
  Request request = get_request("http://api.test/token");
  request.method = "POST";
  request.body = "client_id=me&grant_type=refresh_token&refresh_token=OldRefresh1";
  return request;
}

std::string said_of(int status, const std::string& body, const Request& request) {
  Harness h;
  h.transport.then(status, body);
  return h.error_of(request).message();
}

TEST(TokenAnswer, NothingButItsErrorIsShown) {
  for (const std::string body : {R"({"access_token":"Canary1","x":"Canary2"})", "access_token=Canary1&x=Canary2",
                                 R"({"data":"Canary1"})", "<p>Canary1", "Canary1 Canary2", "[\"Canary1\"]"}) {
    for (const int status : {400, 401, 403, 404, 500}) {
      EXPECT_THAT(said_of(status, body, token_request()),
                  AllOf(Not(HasSubstr("Canary")), HasSubstr(std::to_string(status))))
          << body;
    }
    if (body.front() == '{') continue;  // good
    EXPECT_THAT(said_of(200, body, token_request()), Not(HasSubstr("Canary"))) << body;
  }
  EXPECT_THAT(said_of(400, R"({"error":"invalid_grant","error_description":"expired","access_token":"Canary1"})",
                      token_request()),
              AllOf(HasSubstr("invalid_grant: expired"), Not(HasSubstr("Canary"))));
}

// Where the text breaks that should have been JSON.
TEST(Named, ThePlaceOfAMistakeIsMaskedToo) {
  Harness h;
  struct Broken final : Acceptor {
    void begin() override {}
    void more(std::string&) override {}
    Judgement judge(Answer&) override { return {Verdict::refuse, "no JSON, near `\"id_token\":\"Canary1\",}`"}; }
    std::string value_at(const Answer&, std::string_view) override { return {}; }
  } broken;
  h.transport.then(200);
  try {
    h.client.exchange(get_request("http://api.test/p"), broken, {"s", &h.cancellation, &h.counters}, h.budget, nullptr);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), AllOf(HasSubstr("no JSON, near"), Not(HasSubstr("Canary"))));
  }
}

// A login of another kind: what a good answer holds is a secret, what a refusal says is not.
TEST(TokenAnswer, ALoginsGoodAnswerIsNotShown) {
  Request login = get_request("http://api.test/session");
  login.login = true;
  EXPECT_THAT(said_of(200, "Canary1", login), AllOf(Not(HasSubstr("Canary")), HasSubstr("login is not JSON")));
  EXPECT_THAT(said_of(200, "<p>Canary1", login), Not(HasSubstr("Canary")));
  EXPECT_THAT(said_of(403, R"({"message":"locked","session_token":"Canary1"})", login),
              AllOf(HasSubstr("locked"), Not(HasSubstr("Canary"))));
}

TEST(Echo, OfTheUrlsValuesAndItsUserIsMasked) {
  Harness h;
  h.transport.then(404, "Cannot GET /p1?cursor=Canary%2F1&page=2 of me:Canary3 (bWU6Q2FuYXJ5Mw==), Canary/1, 2 pages");
  const std::string said = h.error_of_get("http://me:Canary3@api.test/p1?cursor=Canary%2F1&page=2&all=false").message();
  EXPECT_THAT(said, AllOf(HasSubstr("404"), HasSubstr("Cannot GET /p1?cursor=***&page=2"), HasSubstr("2 pages"),
                          Not(HasSubstr("Canary")), Not(HasSubstr("bWU6Q2FuYXJ5Mw"))));
}

TEST(Echo, OfRedirectsAndCookiesIsMasked) {
  Harness h;
  h.transport.then(302, "", {{"Location", "/a?x=Canary1", false}, {"Set-Cookie", "first=Canary2; Path=/", false}})
      .then(302, "", {{"Location", "/b?y=Canary3", false}})
      .then(403, "denied Canary1 Canary2 Canary3 Canary4 here", {{"Set-Cookie", "sid=Canary4; Path=/", false}});
  EXPECT_THAT(h.error_of_get("http://api.test/p").message(),
              AllOf(HasSubstr("denied *** *** *** *** here"), Not(HasSubstr("Canary"))));
}

TEST(Proxies, FaultsAreToldWithoutTheUrl) {
  for (const char* good : {"", "none", "proxy", "proxy:3128", "http://proxy", "HTTP://me:p%40@proxy:3128/",
                           "socks5h://[::1]:1080", "https://a@b@proxy:1", "socks4a://proxy:9"}) {
    EXPECT_EQ(proxy_fault(good), "") << good;
  }
  for (const char* bad : {"foo://us:Canary@proxy:1", "http://us:Canary@proxy:99999", "http://us:Canary@proxy:x",
                          "http://us:pa#Canary@proxy:1", "us:p@/Canary@proxy:1", "http://us:Canary?@proxy",
                          "http://us:Canary@", "http://us:Canary@:1", "http://us:Canary@pro xy", "http://[::1"}) {
    EXPECT_THAT(proxy_fault(bad), AllOf(Not(""), Not(HasSubstr("Canary")))) << bad;
  }
}

TEST(Proxies, PasswordsAreRegistered) {
  for (const char* proxy : {"http://us:Canary%21@proxy:1", "us:Canary%21@proxy", "http://us:Canary%21@pro/xy"}) {
    Secrets secrets;
    register_proxies(proxy, secrets);
    EXPECT_EQ(secrets.mask("a Canary%21 b Canary! c dXM6Q2FuYXJ5IQ== d"), "a *** b *** c *** d") << proxy;
  }
  Secrets secrets;
  register_proxies("http://us:pa#Cana@ry@proxy:1", secrets);
  EXPECT_EQ(secrets.mask("in 'http://us:pa#Cana@ry@proxy:1'"), "in 'http://us:***@proxy:1'");
}

}  // namespace
}  // namespace integ::http::testing
