// Cookies: whom they go back to, and for how long.
#include "base/error.hpp"
#include "harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::http::testing {
namespace {

using ::testing::HasSubstr;

std::string header_of(const Request& request, const std::string& name) {
  Answer view;
  view.headers = request.headers;
  const std::string* value = view.header(name);
  return value == nullptr ? "(none)" : *value;
}

TEST(Cookies, GoBackToTheirOriginAlone) {
  Harness h({}, {"api.test", "cdn.test"});
  h.transport.then(200, "{}",
                   {{"Set-Cookie", "node=1; Path=/; HttpOnly", false},
                    {"Set-Cookie", "deep=2; Path=/v2", false},
                    {"Set-Cookie", "gone=3; Max-Age=0", false},
                    {"Set-Cookie", "short=4; Max-Age=10", false}});
  h.transport.then(200);
  h.get("http://api.test/a");
  h.get("http://api.test/v2/x");
  EXPECT_EQ(header_of(h.transport.sent[1].request, "Cookie"), "node=1; deep=2; short=4");
  h.clock.advance(std::chrono::seconds(11));
  h.get("http://api.test/b");
  EXPECT_EQ(header_of(h.transport.sent[2].request, "Cookie"), "node=1");
  h.get("http://cdn.test/b");
  h.get("http://api.test:81/b");
  EXPECT_EQ(header_of(h.transport.sent[3].request, "Cookie"), "(none)");
  EXPECT_EQ(header_of(h.transport.sent[4].request, "Cookie"), "(none)");
}

TEST(Cookies, AreGoneOnceTheirServerDatesThemBack) {
  for (const char* end :
       {"Expires=Thu, 01 Jan 1970 00:00:00 -0000", "Expires=Thu, 01-Jan-1970 00:00:01 GMT+0000",
        "Expires=Thu Jan  1 00:00:00 1970", "Expires=Thursday, 01-Jan-70 00:00:00 GMT", "Expires=1 January 1970 0:0:0",
        "Max-Age=abc; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "Max-Age=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "Max-Age=-1; Expires=Fri, 31 Dec 9999 23:59:59 GMT"}) {
    Harness h({}, {"api.test"});
    h.transport.then(200, "{}", {{"Set-Cookie", "sid=1", false}, {"Set-Cookie", "other=2", false}})
        .then(200, "{}", {{"Set-Cookie", std::string("sid=; ") + end, false}})
        .then(200);
    for (int i = 0; i < 3; ++i) h.get("http://api.test/a");
    EXPECT_EQ(header_of(h.transport.sent[2].request, "Cookie"), "other=2") << end;
  }
}

TEST(Cookies, StayWhereNoEndCanBeRead) {
  for (const char* end : {"Max-Age=99999999999999999999", "Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                          "Expires=soon", "Expires=Fri, 31 Dec 9999 23:59:59 GMT"}) {
    Harness h({}, {"api.test"});
    h.transport.then(200, "{}", {{"Set-Cookie", std::string("sid=1; ") + end, false}}).then(200);
    for (int i = 0; i < 2; ++i) h.get("http://api.test/a");
    EXPECT_EQ(header_of(h.transport.sent[1].request, "Cookie"), "sid=1") << end;
  }
}

TEST(Cookies, WithControlCharactersAreNotTaken) {
  Harness h({}, {"api.test"});
  h.transport
      .then(200, "{}",
            {{"Set-Cookie", "a=1\x01", false}, {"Set-Cookie", "b\x7f=1", false}, {"Set-Cookie", "c=3", false}})
      .then(200);
  for (int i = 0; i < 2; ++i) h.get("http://api.test/a");
  EXPECT_EQ(header_of(h.transport.sent[1].request, "Cookie"), "c=3");
}

TEST(Cookies, AreNotShownWhenAnAnswerRepeatsThem) {
  Harness h({}, {"api.test"});
  h.transport.then(200, "{}", {{"Set-Cookie", "sid=canary-cookie; Path=/", false}})
      .then(400, "no session canary-cookie");
  h.get("https://api.test/login");
  const Error error = h.error_of_get("https://api.test/items");
  EXPECT_THAT(error.message(), HasSubstr("no session ***"));
}

}  // namespace
}  // namespace integ::http::testing
