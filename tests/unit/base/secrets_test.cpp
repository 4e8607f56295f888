#include "base/secrets.hpp"

#include "base/url.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace integ {
namespace {

std::string masked(std::string_view secret, std::string_view text) {
  Secrets secrets;
  secrets.add(secret);
  return secrets.mask(text);
}

// RFC 4648, written again: the code under test must not check itself.
std::string base64_of(const std::string& bytes, bool url_safe = false) {
  const std::string digits =
      std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") + (url_safe ? "-_" : "+/");
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = (bits << 8) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 4; ++k) out += k <= have ? digits[(bits >> (18 - 6 * k)) & 63] : '=';
  }
  return out;
}

TEST(Secrets, AreMaskedWhereverTheyStand) {
  EXPECT_EQ(masked("s3cret-token", "Bearer s3cret-token"), "Bearer ***");
  EXPECT_EQ(masked("s3cret-token", "s3cret-token"), "***");
  EXPECT_EQ(masked("s3cret-token", "a s3cret-token b s3cret-token c"), "a *** b *** c");
  EXPECT_EQ(masked("s3cret-token", "s3cret-toke"), "s3cret-toke");
  EXPECT_EQ(masked("s3cret-token", ""), "");
}

TEST(Secrets, AreMaskedWhenPercentEncodedInEitherCaseOfItsDigits) {
  EXPECT_EQ(masked("p/ss=w+rd?", "token=p%2Fss%3Dw%2Brd%3F&x=1"), "token=***&x=1");
  EXPECT_EQ(masked("p/ss=w+rd?", "token=p%2fss%3dw%2brd%3f&x=1"), "token=***&x=1");
}

// Encoders differ: some leave '/' or '?' as they are, some encode letters.
TEST(Secrets, AreMaskedHoweverTheyArePercentEncoded) {
  EXPECT_EQ(masked("p/ss=w+rd?", "token=p/ss%3Dw%2brd?&x=1%"), "token=***&x=1%");
  EXPECT_EQ(masked("p/ss=w+rd?", "%70%2F%73%73%3D%77%2B%72%64%3F"), "***");
  EXPECT_EQ(masked("50%25-off", "50%25-off 50%2525-off"), "*** ***") << "one that looks encoded itself";
  EXPECT_EQ(masked("s3cret-token", "100% s3cret-token %zz%2"), "100% *** %zz%2");
  EXPECT_EQ(masked("p?ss>>wor", "x=cD9zcz4%2bd29y&y=1"), "x=***&y=1") << "base64 in a URL";
}

TEST(Secrets, AreMaskedInsideBase64AtEveryAlignment) {
  for (const std::string secret : {"hunter2-hunter2", "p\xC3\xA4ssw\xC3\xB6rt>?", "12345678"}) {
    for (std::size_t before = 0; before < 7; ++before) {
      for (std::size_t after = 0; after < 4; ++after) {
        for (const bool url_safe : {false, true}) {
          const std::string whole = std::string(before, 'u') + secret + std::string(after, 'v');
          const std::string shown = masked(secret, "Basic " + base64_of(whole, url_safe));
          EXPECT_NE(shown.find("***"), std::string::npos) << secret << " behind " << before;
          // At most a digit at either end may be left, and those hold bits of the neighbours.
          const std::string alone = base64_of(std::string(before % 3, '\0') + secret, url_safe);
          EXPECT_EQ(shown.find(alone.substr(4, 4)), std::string::npos) << shown;
        }
      }
    }
  }
}

TEST(Secrets, AreMaskedInsideTheJsonTextThatQuotesThem) {
  EXPECT_EQ(masked("a\"b\\c-secret", R"({"error":"bad key a\"b\\c-secret"})"), R"({"error":"bad key ***"})");
}

TEST(Secrets, OfSeveralLinesAreMaskedOnOneLineToo) {
  const std::string key = "-----BEGIN KEY-----\nMIIEvQIBADAN\n-----END KEY-----\n";
  EXPECT_EQ(masked(key, "key: " + key), "key: ***");
  EXPECT_EQ(masked(key, "key: -----BEGIN KEY----- MIIEvQIBADAN -----END KEY-----."), "key: ***.");
}

TEST(Secrets, ShortOnesAreNotSearchedButKnown) {
  Secrets secrets;
  EXPECT_TRUE(secrets.empty());
  secrets.add("");
  EXPECT_TRUE(secrets.empty());
  secrets.add("1234");
  EXPECT_FALSE(secrets.empty());
  EXPECT_EQ(secrets.mask("order 1234 of 12345"), "order 1234 of 12345");
  EXPECT_TRUE(secrets.contains("1234"));
  EXPECT_FALSE(secrets.contains("12345"));
  secrets.add("12345");
  EXPECT_EQ(secrets.mask("order 1234 of 12345"), "order 1234 of ***");
  EXPECT_TRUE(secrets.contains("12345"));
}

TEST(Secrets, TheLongestOfSeveralWins) {
  Secrets secrets;
  secrets.add("token");
  secrets.add("token-of-gold");
  EXPECT_EQ(secrets.mask("token-of-gold token"), "*** ***");
}

TEST(Secrets, ThatOverlapLeaveNoRest) {
  Secrets secrets;
  secrets.add("abcdefgh");
  secrets.add("fghijk");
  EXPECT_EQ(secrets.mask("<abcdefghijk>"), "<***>");
  EXPECT_EQ(masked("aabaa", "aabaabaa!"), "***!");
}

TEST(Secrets, AreNotSearchedInsideTheMask) {
  Secrets secrets;
  secrets.add("password1");
  secrets.add("*****");
  EXPECT_EQ(secrets.mask("password1password1"), "******");
  EXPECT_EQ(secrets.mask("x*****y"), "x***y");
}

TEST(Secrets, CanBeAddedWhileOthersMask) {
  Secrets secrets;
  secrets.add("first-secret");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&secrets, t] {
      for (int i = 0; i < 50; ++i) {
        secrets.add("secret-" + std::to_string(t) + "-" + std::to_string(i));
        EXPECT_EQ(secrets.mask("a first-secret b"), "a *** b");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(secrets.mask("secret-3-49"), "***");
}

}  // namespace
}  // namespace integ
