#include "base/text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace integ {
namespace {

using namespace std::string_literals;

constexpr std::size_t kValid = std::string::npos;

// The table of well-formed sequences (Unicode 15, 3-7) at its edges, and RFC 3629's bans.
TEST(Utf8, IsJudgedByTheTable) {
  for (const std::string good : {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                 "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(find_invalid_utf8(good), kValid) << good;
    EXPECT_EQ(find_invalid_utf8("x" + good + "y"), kValid) << good;
  }
  for (const std::string bad : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
                                "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xC2",
                                "\xE1\x80", "\xF1\x80\x80", "\xC2x", "\xE1\x80x"}) {
    EXPECT_EQ(find_invalid_utf8(bad), 0U) << bad;
    EXPECT_EQ(find_invalid_utf8("\xC3\xA9" + bad), 2U) << bad;
  }
}

TEST(Utf8, EachMaximalPartBecomesOneReplacement) {
  const std::string r = "\xEF\xBF\xBD";
  std::size_t count = 9;
  EXPECT_EQ(replace_invalid_utf8("ok \xC3\xA9", &count), "ok \xC3\xA9");
  EXPECT_EQ(count, 0U);
  EXPECT_EQ(replace_invalid_utf8("a\xF1\x80\x80z\xE1\x80\xC2z\x80\xBF", &count), "a" + r + "z" + r + r + "z" + r + r);
  EXPECT_EQ(count, 5U);
  EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80", &count), r + r + r) << "a surrogate is three bytes of nothing";
  EXPECT_EQ(count, 3U);
}

TEST(Sanitised, FoldsWhiteSpaceAndControls) {
  EXPECT_EQ(sanitised("  a\r\n\t b\x1B[31m\x7F c \xC2\x85 d  "s, 100), "a b [31m c d");
  EXPECT_EQ(sanitised("\0a\0"s, 100), "a");
  EXPECT_EQ(sanitised("caf\xC3\xA9\xC2\xA0!", 100), "caf\xC3\xA9\xC2\xA0!") << "U+00A0 is no control";
  EXPECT_EQ(sanitised("a\xFF"
                      "b",
                      100),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Sanitised, CutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(sanitised("abcdef", 6), "abcdef");
  EXPECT_EQ(sanitised("abcdefg", 6), "abcdef...");
  EXPECT_EQ(sanitised("abcde\xC3\xA9", 6), "abcde...");
  EXPECT_EQ(sanitised("abc      ", 3), "abc") << "only white space was left out";
  EXPECT_EQ(sanitised("", 0), "");
  EXPECT_EQ(sanitised("a", 0), "...");
  EXPECT_EQ(sanitised("abc", std::numeric_limits<std::size_t>::max()), "abc");
  EXPECT_EQ(sanitised("abc", std::numeric_limits<std::size_t>::max() / 4), "abc");
}

TEST(Sanitised, ALongTextIsNotCutInsideACharacterEither) {
  for (std::size_t spaces = 20; spaces < 60; ++spaces) {
    const std::string text = std::string(spaces, ' ') + "\xE2\x82\xAC" + std::string(100, ' ');
    EXPECT_EQ(sanitised(text, 4).find("\xEF\xBF\xBD"), std::string::npos) << spaces;
  }
}

TEST(Nearest, FindsASlip) {
  const std::vector<std::string> keys = {"connector", "config", "streams", "output", "state", "name", "http"};
  EXPECT_EQ(nearest("conector", keys), "connector");
  EXPECT_EQ(nearest("Streams", keys), "streams");
  EXPECT_EQ(nearest("stream", keys), "streams");
  EXPECT_EQ(nearest("confg", keys), "config");
  EXPECT_EQ(nearest("banana", keys), std::nullopt);
  EXPECT_EQ(nearest("", {"connector"}), std::nullopt);
  EXPECT_EQ(nearest("x", {}), std::nullopt);
}

TEST(Nearest, TwoLettersSwappedAreOneSlip) {
  EXPECT_EQ(nearest("nmae", {"name"}), "name");
  EXPECT_EQ(nearest("htpt", {"http"}), "http");
  EXPECT_EQ(nearest("sattets", {"stat"}), std::nullopt) << "three slips are too many for seven letters";
  EXPECT_EQ(nearest("tsate", {"taste", "state"}), "taste") << "the first of two that are as near";
}

TEST(Listed, JoinsForPeople) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
}

TEST(Numbers, ForPeople) {
  EXPECT_EQ(with_separators(0), "0");
  EXPECT_EQ(with_separators(999), "999");
  EXPECT_EQ(with_separators(1000), "1,000");
  EXPECT_EQ(with_separators(18446744073709551615ULL), "18,446,744,073,709,551,615");
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1234567), "1.2 MB");
  EXPECT_EQ(human_bytes(5e15), "5000.0 TB");
}

TEST(Durations, AreParsedOrRefused) {
  EXPECT_EQ(parse_duration_ms("500ms"), 500);
  EXPECT_EQ(parse_duration_ms("30s"), 30'000);
  EXPECT_EQ(parse_duration_ms("30"), 30'000);
  EXPECT_EQ(parse_duration_ms("1.5s"), 1'500);
  EXPECT_EQ(parse_duration_ms("0.0004s"), 0);
  EXPECT_EQ(parse_duration_ms(" 5 m "), 300'000);
  EXPECT_EQ(parse_duration_ms("2h"), 7'200'000);
  EXPECT_EQ(parse_duration_ms("1d"), 86'400'000);
  for (const char* bad :
       {"", "s", ".", "1.2.3s", "-1s", "+1s", "1x", "1e3", "0x10", "5 m 3", "nan", "inf", "99999999999999999d"}) {
    EXPECT_EQ(parse_duration_ms(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(parse_duration_ms(std::string(5000, '9')), std::nullopt);
}

TEST(Case, IsThatOfAsciiAlone) {
  EXPECT_TRUE(equal_ignoring_case("Content-TYPE", "content-type"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("\xC3\x89", "\xC3\xA9"));
  EXPECT_EQ(lower("AbC\xC3\x89"), "abc\xC3\x89");
  EXPECT_EQ(trimmed(" \t x y \r\n"), "x y");
  EXPECT_EQ(trimmed("  "), "");
}

}  // namespace
}  // namespace integ
