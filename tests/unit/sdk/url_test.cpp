#include <gtest/gtest.h>
#include <integ/url.hpp>

#include <string>
#include <tuple>

namespace {

// RFC 3986, 5.4: the normal and the abnormal examples, against its base.
TEST(ResolveUrl, TheExamplesOfTheRfc) {
  const std::string base = "http://a/b/c/d;p?q";
  const std::pair<const char*, const char*> examples[] = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {";x", "http://a/b/c/;x"},
      {"g;x?y", "http://a/b/c/g;x?y"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/../h", "http://a/b/c/h"},
      {" g ", "http://a/b/c/g"},
      {"\thttp://x/y\n", "http://x/y"},
      {" ", ""},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
  };
  for (const auto& [reference, expected] : examples)
    EXPECT_EQ(integ::resolve_url(base, reference), expected) << reference;
}

TEST(ResolveUrl, WholeLinksStayByteForByte) {
  EXPECT_EQ(integ::resolve_url("http://a/", "HTTP://B:80/x/../y?q=%2f#f"), "HTTP://B:80/x/../y?q=%2f#f");
  EXPECT_EQ(integ::resolve_url("http://a/b", ""), "");
  EXPECT_EQ(integ::resolve_url("http://a", "x"), "http://a/x");
  EXPECT_EQ(integ::resolve_url("http://a", "?x=http://b/c"), "http://a?x=http://b/c");
  EXPECT_EQ(integ::resolve_url("http://a/b", "c?at=12:30"), "http://a/c?at=12:30");
}

TEST(OriginOf, IgnoresCaseUserAndTheUsualPort) {
  EXPECT_EQ(integ::origin_of("HTTPS://me:pw@Host:443/x"), "https://host");
  EXPECT_EQ(integ::origin_of("http://host:443/x"), "http://host:443");
  EXPECT_EQ(integ::origin_of("/x"), "");
  EXPECT_EQ(integ::origin_of("http://[::1]:8080?q"), "http://[::1]:8080");
}

TEST(RelativeToOrigin, OnlyOfTheSameOne) {
  EXPECT_EQ(integ::relative_to_origin("http://h/api", "http://h:80/p?x=1"), "/p?x=1");
  EXPECT_EQ(integ::relative_to_origin("http://h/api", "http://h?x=1"), "/?x=1");
  EXPECT_EQ(integ::relative_to_origin("http://h/api", "https://h/p"), "https://h/p");
  EXPECT_EQ(integ::relative_to_origin("http://h/api", "http://h.evil/p"), "http://h.evil/p");
  // Read back, it would be a host.
  EXPECT_EQ(integ::relative_to_origin("http://h/api", "http://h//evil/p"), "http://h//evil/p");
}

TEST(JoinPath, OneSlashAndOnlyWhatAPathMayHold) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"http://h", "a/b", "http://h/a/b"},
      {"http://h/", "/a", "http://h/a"},
      {"http://h/x//", "//a/", "http://h/x/a/"},
      {"http://h/x?k=v", "a", "http://h/x/a?k=v"},
      {"http://h", "a b?c#d", "http://h/a%20b%3Fc%23d"},
      {"http://h", "100%/%41", "http://h/100%25/%41"},
      {"http://h", "\xc3\xa9", "http://h/%C3%A9"},
  };
  for (const auto& [url, path, expected] : cases) EXPECT_EQ(integ::detail::join_path(url, path), expected);
}

}  // namespace
