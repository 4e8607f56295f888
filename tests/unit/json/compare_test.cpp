#include "json/compare.hpp"

#include <gtest/gtest.h>

namespace integ::json {
namespace {

TEST(CompareNumbers, AreInOrder) {
  const char* const sorted[] = {"-1e500",
                                "-12",
                                "-1.5",
                                "-1e-9",
                                "0",
                                "1e-400",
                                "0.1",
                                "0.30000000000000004",
                                "1",
                                "9",
                                "10",
                                "1.1e1",
                                "9007199254740993",
                                "9007199254740994",
                                "1e400"};
  for (std::size_t i = 0; i < std::size(sorted); ++i) {
    for (std::size_t k = 0; k < std::size(sorted); ++k) {
      const int got = compare_numbers(sorted[i], sorted[k]);
      EXPECT_EQ(got < 0, i < k) << sorted[i] << " and " << sorted[k];
      EXPECT_EQ(got > 0, i > k) << sorted[i] << " and " << sorted[k];
    }
  }
}

TEST(CompareNumbers, OneValueHasManySpellings) {
  EXPECT_EQ(compare_numbers("100", "1e2"), 0);
  EXPECT_EQ(compare_numbers("-0", "0.000"), 0);
  EXPECT_EQ(compare_numbers("0.00120", "12e-4"), 0);
  EXPECT_EQ(compare_numbers("1E+1", "10.0"), 0);
  EXPECT_GT(compare_numbers("1e99999999999999999999", "1e5"), 0);
  EXPECT_EQ(compare_numbers("0e99999999999999999999", "0"), 0);
}

TEST(ParseInstant, ReadsWhatServersWrite) {
  EXPECT_EQ(parse_instant("1970-01-02")->seconds, 86400);
  EXPECT_EQ(parse_instant("1970-01-01T01:00:00+01:00")->seconds, 0);
  EXPECT_EQ(parse_instant("1970-01-01t00:00:01z")->seconds, 1);
  EXPECT_EQ(parse_instant("1970-01-01 00:00:01")->seconds, 1);
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00-0130")->seconds, 5400);
  EXPECT_EQ(parse_instant("2024-02-29T12:00:00.250Z")->fraction, "25");
}

TEST(ParseInstant, RefusesTheRest) {
  for (const char* text :
       {"", "2024", "2024-13-01", "2023-02-29", "2024-01-01T", "2024-01-01T25:00:00Z", "2024-01-01T00:61:00Z",
        "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+1", "2024-01-01x", "24-01-01", "now", "2024\r01\r01",
        "2024-01-01T00\x1A"
        "00:00Z"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(CompareInstants, KeepsEveryDigit) {
  const auto instant = [](const char* text) { return *parse_instant(text); };
  EXPECT_LT(compare_instants(instant("2024-01-01T00:00:00.1234567890Z"), instant("2024-01-01T00:00:00.1234567891Z")),
            0);
  EXPECT_EQ(compare_instants(instant("2024-01-01T00:00:00.10Z"), instant("2024-01-01T01:00:00.1+01:00")), 0);
  EXPECT_GT(compare_instants(instant("2024-01-01T00:00:00.2Z"), instant("2024-01-01T00:00:00.19Z")), 0);
}

}  // namespace
}  // namespace integ::json
