#include "base/secrets.hpp"
#include "base/url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace integ {
namespace {

TEST(MaskedUrl, HidesUserInformationAndTheValuesOfTheQuery) {
  const Secrets secrets;
  EXPECT_EQ(masked_url("https://user:pass@h/p?key=1&token=abc#frag", secrets), "https://***@h/p?key=***&token=***");
  EXPECT_EQ(masked_url("https://a@b@h/p", secrets), "https://***@h/p");
  EXPECT_EQ(masked_url("https://h/p", secrets), "https://h/p");
  EXPECT_EQ(masked_url("https://h/p@q?e=a@b", secrets), "https://h/p@q?e=***");
  EXPECT_EQ(masked_url("https://h?", secrets), "https://h?");
  EXPECT_EQ(masked_url("https://h/?flag&x=&=y&", secrets), "https://h/?flag&x=***&=***&");
  EXPECT_EQ(masked_url("https://h/?a=b=c?d", secrets), "https://h/?a=***");
  EXPECT_EQ(masked_url("/p?next=http://u:p@x/", secrets), "/p?next=***");
}

TEST(MaskedUrl, HidesKnownSecretsAnywhere) {
  Secrets secrets;
  secrets.add("tok/en-value");
  EXPECT_EQ(masked_url("https://h/hooks/tok%2Fen-value/x?tok/en-value", secrets), "https://h/hooks/***/x?***");
  EXPECT_EQ(masked_url("no url but tok/en-value", secrets), "no url but ***");
}

TEST(HostMatches, NamesWildcardsAndPorts) {
  const Url url = Url::parse("https://api.x.com/");
  EXPECT_TRUE(host_matches("api.x.com", url));
  EXPECT_TRUE(host_matches("API.X.com", url));
  EXPECT_TRUE(host_matches("api.x.com:443", url));
  EXPECT_FALSE(host_matches("api.x.com:80", url));
  EXPECT_FALSE(host_matches("api.x.com:", url));
  EXPECT_TRUE(host_matches("*.x.com", url));
  EXPECT_TRUE(host_matches("*.x.com:443", url));
  EXPECT_FALSE(host_matches("*.x.com:8443", url));
  EXPECT_FALSE(host_matches("x.com", url));
  EXPECT_FALSE(host_matches("*", url));
  EXPECT_FALSE(host_matches("", url));
  EXPECT_FALSE(host_matches("*.x.com", Url::parse("https://x.com/")));
  EXPECT_FALSE(host_matches("*.x.com", Url::parse("https://evilx.com/")));
  EXPECT_FALSE(host_matches("*.x.com", Url::parse("https://api.x.com.evil.org/")));
  EXPECT_TRUE(host_matches("*.x.com", Url::parse("https://a.b.x.com/")));
}

TEST(HostMatches, IPv6Literals) {
  const Url url = Url::parse("http://[::1]:8080/");
  EXPECT_TRUE(host_matches("[::1]", url));
  EXPECT_TRUE(host_matches("[::1]:8080", url));
  EXPECT_FALSE(host_matches("[::1]:80", url));
  EXPECT_FALSE(host_matches("[::2]", url));
}

TEST(PercentCoding, GoesThereAndBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_encode("A-z.0_9~"), "A-z.0_9~");
  EXPECT_EQ(percent_encode("a+b/c d&\xC3\xA9"), "a%2Bb%2Fc%20d%26%C3%A9");
  EXPECT_EQ(percent_decode("a%2fb%2Fc%zz%4"), "a/b/c%zz%4");
  EXPECT_EQ(percent_decode("%"), "%");
}

}  // namespace
}  // namespace integ
