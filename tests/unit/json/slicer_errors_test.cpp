#include "slice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::test {
namespace {

using json::SliceError;
using testing::HasSubstr;
using Why = json::SliceError::Why;

TEST(SlicerErrors, EveryProperPrefixIsCutAndNeverMalformed) {
  const std::string text =
      "\xEF\xBB\xBF {\"a\\u00e9\\n\":[true,false,null,-12.5e+3,\"\xC3\xA9\xF0\x9F\x98\x80\"],\"r\":[{\"x\":{}},{}]}";
  ASSERT_EQ(slice(text, at("/r")).error, std::nullopt);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto got = slice(text.substr(0, size), at("/r"));
    EXPECT_EQ(got.error, Why::cut) << "prefix of " << size << ": " << got;
  }
}

TEST(SlicerErrors, AnEmptyBodyIsCutAndSaysSo) {
  for (const char* text : {"", " \n", "\xEF\xBB\xBF", "\xEF"}) {
    EXPECT_EQ(slice(text, at("")).error, Why::cut);
  }
  EXPECT_THAT(slice("  ", at("")).message, HasSubstr("empty"));
}

struct Malformed {
  const char* text;
  std::size_t offset;
};

// What no more bytes can mend is refused at once, at the byte that breaks it.
TEST(SlicerErrors, MalformedTextIsRefusedAtItsOffset) {
  const Malformed cases[] = {
      {"<html>", 0},     {"[NaN]", 1},
      {"[nan]", 2},      {"[Infinity]", 1},
      {"['a']", 1},      {"[1,]", 3},
      {"[,1]", 1},       {"{\"a\":1,}", 7},
      {"{a:1}", 1},      {"{\"a\" 1}", 5},
      {"[1 2]", 3},      {"[]x", 2},
      {"{} {}", 3},      {"[01]", 2},
      {"[1.]", 3},       {"[.5]", 1},
      {"[-]", 2},        {"[+1]", 1},
      {"[1e]", 3},       {"[1e+]", 4},
      {"[1.5.2]", 4},    {"[0x1]", 2},
      {"[tru3]", 4},     {"[truee]", 5},
      {"[\"\\x\"]", 3},  {"[\"\\u12g4\"]", 6},
      {"[\"a\tb\"]", 3}, {"[\"a\nb\"]", 3},
      {"// c\n[]", 0},   {"[] // c", 3},
      {"[]]", 2},        {"]", 0},
      {"[}", 1},         {"{]", 1},
      {"[1}", 2},        {"{\"a\":1]", 6},
      {"{\"a\":}", 5},   {"{\"a\":1 \"b\":2}", 7},
      {"\xEF\xBB[]", 0}, {" \xEF\xBB\xBF[]", 1},
      {"\xC3\xA9", 0},   {"[\xC3\xA9]", 1},
      {"\xFE\xFF[]", 0}, {"[\v1]", 1},
      {"[--1]", 2},
  };
  for (const auto& [text, offset] : cases) {
    const auto got = slice(text, at(""));
    EXPECT_EQ(got.error, Why::malformed) << text << ": " << got;
    EXPECT_EQ(got.offset, offset) << text << ": " << got;
    EXPECT_THAT(got.message, HasSubstr("byte " + std::to_string(offset))) << text;
  }
  EXPECT_EQ(slice(std::string_view("[1\0]", 4), at("")).error, Why::malformed);
  EXPECT_EQ(slice(std::string_view("[]\0", 3), at("")).error, Why::malformed);
  EXPECT_EQ(slice(std::string_view("[\"\0\"]", 5), at("")).error, Why::malformed);
}

TEST(SlicerErrors, TheMessageShowsFortySanitisedBytes) {
  const auto got = slice("[{\"a\":\n\x01" + std::string(500, '#'), at(""));
  EXPECT_EQ(got.error, Why::malformed);
  EXPECT_LT(got.message.size(), 120U);
  EXPECT_THAT(got.message, HasSubstr("{\"a\":"));
  EXPECT_EQ(got.message.find_first_of("\n\x01"), std::string::npos);
}

TEST(SlicerErrors, FeedRefusesAsSoonAsNothingCanMendIt) {
  json::Slicer slicer(at("/r"));
  std::string page = R"({"r":[{"a":nul)";
  slicer.feed(page);
  page += 'x';
  EXPECT_THROW(slicer.feed(page), SliceError);
}

// With the place of what is there instead, for a caller that shows it.
TEST(SlicerErrors, NoArrayNamesItsPointer) {
  const auto got = slice(R"({"success":false,"error":{"info":"invalid key"}})", at("/data"));
  EXPECT_EQ(got.error, Why::no_array);
  EXPECT_EQ(got.offset, 0U);
  EXPECT_THAT(got.message, HasSubstr("'/data'"));
  for (const char* body : {R"({"data":"text"})", R"({"data":{"x":1}})", R"({"data":5})", R"({"data":true})"}) {
    const auto other = slice(body, at("/data"));
    EXPECT_EQ(other.error, Why::no_array) << body;
    EXPECT_EQ(other.offset, 8U) << body;
  }
  for (const char* body : {"1", "\"x\"", "true", "12.5", "-0"}) EXPECT_EQ(slice(body, at("")).error, Why::no_array);
}

TEST(SlicerErrors, NoObjectNamesTheFirstIndex) {
  const auto got = slice(R"({"r":[{},{},7,"x"]})", at("/r"));
  EXPECT_EQ(got.error, Why::no_object);
  EXPECT_THAT(got.message, HasSubstr("element 2 of '/r'"));
  EXPECT_EQ(got.offset, 12U);
  for (const char* element : {"null", "[]", "\"s\"", "1", "true"}) {
    EXPECT_EQ(slice("[" + std::string(element) + "]", at("")).error, Why::no_object) << element;
  }
}

TEST(SlicerErrors, ABrokenPageIsBrokenWhateverItsElementsAre) {
  EXPECT_EQ(slice("[7,", at("")).error, Why::cut);
  EXPECT_EQ(slice("[7,x", at("")).error, Why::malformed);
  EXPECT_EQ(slice(R"({"error":"x")", at("/r")).error, Why::cut);
}

std::string nested(std::size_t depth, const char* open, const char* close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(SlicerErrors, DepthEndsAt1024) {
  EXPECT_EQ(slice("{\"x\":" + nested(1023, "[", "]") + ",\"r\":[]}", at("/r")).error, std::nullopt);
  EXPECT_EQ(slice("{\"x\":" + nested(1024, "[", "]") + ",\"r\":[]}", at("/r")).error, Why::too_deep);
  EXPECT_EQ(slice("[{\"a\":" + nested(1022, "[", "]") + "}]", at("")).error, std::nullopt);
  EXPECT_EQ(slice("[{\"a\":" + nested(1023, "[", "]") + "}]", at("")).error, Why::too_deep);
  EXPECT_EQ(slice(std::string(200000, '['), at("/r")).error, Why::too_deep);
}

}  // namespace
}  // namespace integ::test
