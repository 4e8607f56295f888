#include "json/text.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace integ::json {
namespace {

TEST(Quoted, EscapesWhatMustBeAndNothingElse) {
  EXPECT_EQ(quoted("plain, long enough for a block"), "\"plain, long enough for a block\"");
  EXPECT_EQ(quoted("\"\\\n\r\t\b\x1F/\x7F"), "\"\\\"\\\\\\n\\r\\t\\u0008\\u001f/\x7F\"");
  EXPECT_EQ(quoted(std::string_view("a\0b", 3)), "\"a\\u0000b\"");
  EXPECT_EQ(quoted("\xC3\xA9\xF0\x9F\x98\x80"), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
  EXPECT_EQ(quoted("a\xFF"), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted(std::string_view("\xE2\x82\xAC", 2)), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted(""), "\"\"");
}

TEST(Quoted, ParsesBackToItself) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  EXPECT_EQ(Document::parse(json::quoted(all)).root().text, all);
}

TEST(ObjectWriter, WritesMembers) {
  std::string out;
  ObjectWriter(out).text("a\"", "x").raw("b", "[1]").number("c", -5).boolean("d", false).close();
  EXPECT_EQ(out, R"({"a\"":"x","b":[1],"c":-5,"d":false})");
  std::string empty;
  ObjectWriter(empty).close();
  EXPECT_EQ(empty, "{}");
}

TEST(StringArray, Writes) {
  EXPECT_EQ(string_array({}), "[]");
  EXPECT_EQ(string_array({"a", "\""}), R"(["a","\""])");
}

TEST(Compacted, LeavesStringsAlone) {
  EXPECT_EQ(compacted(" { \"a b\" :\t[ 1 ,\n2 ] , \"c\\\" \\\\\" : \"\xC3\xA9  x\" } "),
            "{\"a b\":[1,2],\"c\\\" \\\\\":\"\xC3\xA9  x\"}");
}

TEST(Merged, ReplacesByNameAndKeepsBytes) {
  EXPECT_EQ(merged(R"({ "a" : 1.10, "b":2 , "c":"]}" })", R"({"b":[3]})"), R"({"a" : 1.10,"c":"]}","b":[3]})");
  EXPECT_EQ(merged("{}", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(merged(R"({"a":1})", "{}"), R"({"a":1})");
  EXPECT_EQ(merged(R"({"\u0061":1,"a":2})", R"({"a":3})"), R"({"a":3})");
  EXPECT_THROW(merged("{}", "[1]"), Error);
}

// The examples of RFC 7396, appendix A.
TEST(MergePatched, DoesWhatTheRfcSays) {
  const char* const cases[][3] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", R"(null)", R"(null)"},
      {R"({"a":"foo"})", R"("bar")", R"("bar")"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [target, patch, expected] : cases)
    EXPECT_EQ(merge_patched(target, patch), expected) << target << patch;
}

}  // namespace
}  // namespace integ::json
