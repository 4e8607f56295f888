#include "base/url.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace integ {
namespace {

std::string fault_of(const std::string& text) {
  try {
    return "taken: " + Url::parse(text).text();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::config);
    return error.message();
  }
}

TEST(Url, IsTakenApart) {
  const Url url = Url::parse("HTTPS://Us%20er:pa:ss@API.Example.COM:8443/a//b/../c?x=1&y=%zz?#top");
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.userinfo, "Us%20er:pa:ss");
  EXPECT_EQ(url.host, "api.example.com");
  EXPECT_EQ(url.port, 8443);
  EXPECT_TRUE(url.explicit_port);
  EXPECT_EQ(url.path, "/a//b/../c") << "a path is sent as given";
  EXPECT_EQ(url.query, "x=1&y=%zz?");
  EXPECT_TRUE(url.has_query);
  EXPECT_EQ(url.text(), "https://Us%20er:pa:ss@api.example.com:8443/a//b/../c?x=1&y=%zz?");
  EXPECT_EQ(url.origin(), "https://api.example.com:8443");
}

TEST(Url, KnowsTheSchemesPortsAndWhatIsEmpty) {
  EXPECT_EQ(Url::parse("http://h").port, 80);
  EXPECT_EQ(Url::parse("https://h").port, 443);
  EXPECT_EQ(Url::parse("http://h").text(), "http://h/");
  EXPECT_EQ(Url::parse("http://h:/x").port, 80);
  EXPECT_EQ(Url::parse("http://h?q").text(), "http://h/?q");
  EXPECT_EQ(Url::parse("http://h/?").text(), "http://h/?");
  EXPECT_EQ(Url::parse("https://h:443/").origin(), "https://h");
  EXPECT_EQ(Url::parse(" \thttp://h/x\r\n").text(), "http://h/x");
}

TEST(Url, ComparesOriginsByWhatTheyMean) {
  const Url url = Url::parse("https://h/a");
  EXPECT_TRUE(url.same_origin(Url::parse("https://H:443/b?c")));
  EXPECT_FALSE(url.same_origin(Url::parse("http://h:443/")));
  EXPECT_FALSE(url.same_origin(Url::parse("https://h:444/")));
  EXPECT_FALSE(url.same_origin(Url::parse("https://g/")));
}

TEST(Url, KeepsAnIPv6LiteralInItsBrackets) {
  const Url url = Url::parse("http://[2001:DB8::1]:8080/x");
  EXPECT_EQ(url.host, "[2001:db8::1]");
  EXPECT_EQ(url.port, 8080);
  EXPECT_EQ(url.text(), "http://[2001:db8::1]:8080/x");
  EXPECT_EQ(Url::parse("http://[::1]").port, 80);
  EXPECT_NE(fault_of("http://[::1").find("closing bracket"), std::string::npos);
  EXPECT_NE(fault_of("http://[::1]x/").find("after the IPv6"), std::string::npos);
  EXPECT_NE(fault_of("http://[]/").find("illegal"), std::string::npos);
  EXPECT_NE(fault_of("http://[localhost]/").find("illegal"), std::string::npos);
}

TEST(Url, EncodesWhatMayNotStandInPathAndQuery) {
  EXPECT_EQ(Url::parse("http://h/a b\\c\"<>^`{|}\x7F\xC3\xA9").path, "/a%20b%5Cc%22%3C%3E%5E%60%7B%7C%7D%7F%C3%A9");
  EXPECT_EQ(Url::parse(std::string("http://h/?a=\0b\r\n c", 18)).query, "a=%00b%0D%0A%20c");
  EXPECT_EQ(Url::parse("http://h/[x]'(y)*!$&,;=:@?[z]=/?").text(), "http://h/[x]'(y)*!$&,;=:@?[z]=/?");
}

TEST(Url, RefusesWhatIsNoneWithTheReason) {
  EXPECT_NE(fault_of("").find("expected http:// or https://"), std::string::npos);
  EXPECT_NE(fault_of("example.com/x").find("expected http:// or https://"), std::string::npos);
  EXPECT_NE(fault_of("ftp://h/").find("the scheme is ftp"), std::string::npos);
  EXPECT_NE(fault_of("http:/h/").find("expected //"), std::string::npos);
  EXPECT_NE(fault_of("http:///x").find("no host"), std::string::npos);
  EXPECT_NE(fault_of("http://user@/x").find("no host"), std::string::npos);
  EXPECT_NE(fault_of("http://h:0/").find("port is 0"), std::string::npos);
  EXPECT_NE(fault_of("http://h:65536/").find("above 65535"), std::string::npos);
  EXPECT_NE(fault_of("http://h:99999999999999999999/").find("above 65535"), std::string::npos);
  EXPECT_NE(fault_of("http://h:8a/").find("no number"), std::string::npos);
  EXPECT_NE(fault_of("http://h:-1/").find("no number"), std::string::npos);
  EXPECT_EQ(Url::parse("http://h:65535/").port, 65535);
  for (const std::string host : {"a b", "a\\b", "a%2fb", "a<b", "a\nb", "a\"b", "a{b", "a,b"}) {
    EXPECT_NE(fault_of("http://" + host + "/").find("illegal character"), std::string::npos) << host;
  }
  EXPECT_NE(fault_of(std::string("http://a\0b/", 11)).find("illegal character"), std::string::npos);
}

TEST(Url, DoesNotShowItsQueryInAnError) {
  EXPECT_EQ(fault_of("ftp://h/?token=secret").find("secret"), std::string::npos);
}

TEST(Url, AnEarlierHostInTheUserInformationFoolsNobody) {
  const Url url = Url::parse("http://good.com\\@evil.com/");
  EXPECT_EQ(url.host, "evil.com");
  EXPECT_EQ(url.text(), "http://good.com%5C@evil.com/");
  EXPECT_EQ(Url::parse("http://a:p@ss@h/").text(), "http://a:p%40ss@h/");
}

// RFC 3986, 5.4, against http://a/b/c/d;p?q; references with other schemes than http(s) are refused here.
TEST(Url, ResolvesTheNormalExamplesOfTheStandard) {
  const Url base = Url::parse("http://a/b/c/d;p?q");
  const std::pair<const char*, const char*> kExamples[] = {
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q"},
      {"g#s", "http://a/b/c/g"},
      {"g?y#s", "http://a/b/c/g?y"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      {"https://x/y", "https://x/y"},
  };
  for (const auto& [reference, target] : kExamples) EXPECT_EQ(base.resolve(reference).text(), target) << reference;
}

TEST(Url, ResolvesTheAbnormalExamplesOfTheStandard) {
  const Url base = Url::parse("http://a/b/c/d;p?q");
  const std::pair<const char*, const char*> kExamples[] = {
      {"../../../g", "http://a/g"},
      {"../../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/./x", "http://a/b/c/g"},
      {"g#s/../x", "http://a/b/c/g"},
  };
  for (const auto& [reference, target] : kExamples) EXPECT_EQ(base.resolve(reference).text(), target) << reference;
  EXPECT_THROW(static_cast<void>(base.resolve("g:h")), Error);
  EXPECT_THROW(static_cast<void>(base.resolve("http:g")), Error);
}

TEST(Url, ResolvesWhatServersReallySend) {
  const Url page = Url::parse("https://u:p@api.x.com:8443/v2/orders?page=1");
  EXPECT_EQ(page.resolve("?page=2").text(), "https://u:p@api.x.com:8443/v2/orders?page=2");
  EXPECT_EQ(page.resolve("/v2/orders?next=http://other/").text(),
            "https://u:p@api.x.com:8443/v2/orders?next=http://other/");
  EXPECT_EQ(page.resolve("//api.x.com/v3").text(), "https://api.x.com/v3") << "another authority has its own user";
  EXPECT_EQ(page.resolve("orders/a b").text(), "https://u:p@api.x.com:8443/v2/orders/a%20b");
  EXPECT_FALSE(page.resolve("things").has_query);
}

}  // namespace
}  // namespace integ
