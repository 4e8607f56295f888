#include <gtest/gtest.h>
#include <integ/text.hpp>
#include <integ/types.hpp>

#include <chrono>

namespace {

using integ::DateTime;

TEST(DateTime, ComparesAsInstants) {
  EXPECT_EQ(DateTime("2024-01-01T01:00:00+01:00"), DateTime("2024-01-01T00:00:00Z"));
  EXPECT_LT(DateTime("2024-01-01T00:30:00+01:00"), DateTime("2024-01-01T00:00:00Z"));
  EXPECT_LT(DateTime("2024-01-01"), DateTime("2024-01-01T00:00:00.000000001Z"));
  EXPECT_EQ(DateTime("2024-01-01T00:00:00.5Z"), DateTime("2024-01-01 00:00:00.500-0000"));
  EXPECT_LT(DateTime(), DateTime("1900-01-01"));
}

TEST(DateTime, RefusesWhatIsNone) {
  for (const char* text :
       {"", "2024", "2024-02-30", "2024-01-01T", "2024-01-01T00:00", "2024-01-01T00:00:00x", "20240101"}) {
    EXPECT_FALSE(DateTime(text).instant()) << text;
  }
}

TEST(DateTime, WritesWhatItReads) {
  for (const char* text : {"2024-02-29T23:59:59Z", "1969-12-31T23:59:59.25Z", "2262-01-01T00:00:00.000000001Z"}) {
    ASSERT_TRUE(DateTime(text).instant());
    EXPECT_EQ(DateTime(*DateTime(text).instant()).text(), text);
  }
}

TEST(Text, JsonStringsEscapeWhatTheyMust) {
  EXPECT_EQ(integ::detail::quoted(std::string("a\"\\\n\t\x01\0\xc3\xa9", 9)),
            "\"a\\\"\\\\\\n\\t\\u0001\\u0000\xc3\xa9\"");
}

TEST(Text, NumbersAreTheShortestThatReadBack) {
  std::string out;
  for (const double number : {0.1 + 0.2, 1e300, -0.5, 1.0 / 0.0}) integ::detail::append_number(out += ' ', number);
  EXPECT_EQ(out, " 0.30000000000000004 1e+300 -0.5 null");
}

TEST(Text, Base64) {
  EXPECT_EQ(integ::detail::base64(""), "");
  EXPECT_EQ(integ::detail::base64("f"), "Zg==");
  EXPECT_EQ(integ::detail::base64("fo"), "Zm8=");
  EXPECT_EQ(integ::detail::base64("foo"), "Zm9v");
  EXPECT_EQ(integ::detail::base64("\xff\xfe"), "//4=");
}

TEST(Text, PercentDecodingLeavesWhatIsNoEscape) {
  EXPECT_EQ(integ::detail::percent_decoded("a%20b+c%2G%e9%"), "a b c%2G\xe9%");
}

}  // namespace
