#include "base/error.hpp"
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

// A password that should have been encoded may hold any delimiter.
TEST(MaskedUrl, OfWhatIsNoUsableUrlNothingIsShownThatMayBeAUser) {
  const Secrets secrets;
  EXPECT_EQ(masked_url("http://us:pa/canary@h:80/p?x=1", secrets), "http://***@h:80/p");
  EXPECT_EQ(masked_url("http://us:pa?canary@h/p?x=canary", secrets), "http://***");
  EXPECT_EQ(masked_url("http://us:pa#canary@h", secrets), "http://***");
  EXPECT_EQ(masked_url("http://u:canary@/p1", secrets), "http://***@/p1");
  EXPECT_EQ(masked_url("us:canary@h/p", secrets), "***@h/p");
  EXPECT_EQ(masked_url("https://h/@name?x=1", secrets), "https://h/@name?x=***");
  for (const char* bad :
       {"http://us:pa/canary@h", "http://us:pa?canary@h", "http://us:pa#canary@h", "http://u:canary@/p", "canary:pw@h",
        "ftp://u:canary@h", "http:/u:canary@h", "http://u:canary@h:x/", "u:canary@h", "http://u:p@[::1/canary@"}) {
    try {
      Url::parse(bad);
      ADD_FAILURE() << "not refused: " << bad;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("canary"), std::string::npos) << error.what();
    }
  }
}

TEST(Userinfo, IsRegisteredWithWhatBasicAuthenticationMakesOfIt) {
  Secrets secrets;
  register_userinfo("https://us:pa%2Fcanary@h/p", secrets);
  EXPECT_EQ(secrets.mask("pa/canary pa%2Fcanary dXM6cGEvY2FuYXJ5 us"), "*** *** *** us");
  Secrets broken;
  register_userinfo("http://us:pa/canary@h/p", broken);
  EXPECT_EQ(broken.mask("pa/canary"), "***");
  Secrets key;
  register_userinfo("https://0123456789abcdef@h/p", key);
  EXPECT_EQ(key.mask("0123456789abcdef"), "***");
  Secrets none;
  for (const char* text : {"https://h/@name", "someone.of.them@example.test", "a:b"}) register_userinfo(text, none);
  EXPECT_EQ(none.mask("h/@name someone.of.them"), "h/@name someone.of.them");
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
