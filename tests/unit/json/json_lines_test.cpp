// JSON Lines: what is a line, what is none, and what is said of it.
#include "slice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::test {
namespace {

using json::SliceError;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(JsonLines, EachLineIsARecord) {
  const auto got = slice("{\"a\":1}\n{\"a\":[1,{\"b\":2}]}\n", lines());
  EXPECT_THAT(got.records, ElementsAre(R"({"a":1})", R"({"a":[1,{"b":2}]})"));
  EXPECT_EQ(got.skeleton, "[]");
}

TEST(JsonLines, LinesEndInEveryWayThatWritersKnow) {
  struct {
    const char* name;
    std::string text;
  } const cases[] = {{"CRLF", "{\"a\":1}\r\n{\"a\":2}\r\n"},
                     {"no line break at the end", "{\"a\":1}\n{\"a\":2}"},
                     {"blank lines", "\n\r\n{\"a\":1}\n \t \n\n{\"a\":2}\n\n"},
                     {"a byte order mark", "\xEF\xBB\xBF{\"a\":1}\n{\"a\":2}\n"},
                     {"space around", "  {\"a\":1} \n\t{\"a\":2}\t\n"}};
  for (const auto& c : cases) {
    EXPECT_THAT(slice(c.text, lines()).records, ElementsAre(R"({"a":1})", R"({"a":2})")) << c.name;
  }
  for (const char* none : {"", "\n", "\r\n\r\n", "\xEF\xBB\xBF"}) {
    const auto got = slice(none, lines());
    EXPECT_EQ(got.error, std::nullopt);
    EXPECT_THAT(got.records, IsEmpty());
  }
}

TEST(JsonLines, TheSkeletonCountsThem) {
  std::string page = "{\"a\":1}\n\n{\"a\":2}\n{\"a\":3}\n";
  json::Slicer slicer(lines());
  const json::Slices slices = slicer.finish(page);
  EXPECT_TRUE(slices.skeleton.root().elided);
  EXPECT_EQ(slices.skeleton.root().count, 3U);
  json::SliceOptions options = lines();
  options.keep = true;
  const auto kept = slice("\xEF\xBB\xBF{\"a\":1}\r\n\n{\"a\":2}", options);
  EXPECT_EQ(kept.skeleton, R"([{"a":1},{"a":2}])");
}

// F040
TEST(JsonLines, F040_ALineThatIsCutIsNoRecordAndNotMended) {
  const auto cut = slice("{\"a\":1}\n{\"a\":2}\n{\"a\":", lines());
  EXPECT_EQ(cut.error, SliceError::Why::cut);
  EXPECT_EQ(cut.offset, 21U);
  EXPECT_THAT(cut.message, AllOf(HasSubstr("line 3"), HasSubstr("21 bytes")));
  // A writer that broke off in the middle: the half doesn't swallow the line behind it.
  const auto torn = slice("{\"a\":1}\n{\"a\":\n{\"a\":3}\n", lines());
  EXPECT_EQ(torn.error, SliceError::Why::malformed);
  EXPECT_THAT(torn.message, AllOf(HasSubstr("line 2"), HasSubstr("13 bytes")));
}

TEST(JsonLines, FaultsNameTheLineAndTheOffset) {
  struct {
    const char* name;
    std::string text;
    SliceError::Why why;
    std::size_t offset;
    const char* says;
  } const cases[] = {
      {"no JSON", "{\"a\":1}\n\nerror: broken\n", SliceError::Why::malformed, 9, "line 3"},
      {"two values", "{\"a\":1} {\"a\":2}\n", SliceError::Why::malformed, 8, "line 1"},
      {"an array", "{\"a\":1}\n[{\"a\":2}]\n", SliceError::Why::no_object, 8, "line 2 is no object"},
      {"a number at the end", "{\"a\":1}\n12", SliceError::Why::no_object, 8, "line 2 is no object"},
      {"a number cut", "1.\n", SliceError::Why::malformed, 2, "line 1"},
      {"a comma", "{\"a\":1},\n{\"a\":2}\n", SliceError::Why::malformed, 7, "line 1"},
      {"NUL", std::string("{\"a\":1}\n{\"a\":2}\0\n", 17), SliceError::Why::malformed, 15, "line 2"},
      {"a string over lines", "{\"a\":\"x\ny\"}\n", SliceError::Why::malformed, 7, "line 1"},
  };
  for (const auto& c : cases) {
    const auto got = slice(c.text, lines());
    EXPECT_EQ(got.error, c.why) << c.name;
    EXPECT_EQ(got.offset, c.offset) << c.name << ": " << got.message;
    EXPECT_THAT(got.message, HasSubstr(c.says)) << c.name;
  }
}

TEST(JsonLines, OptionsWorkAsInAnArray) {
  json::SliceOptions options = lines();
  options.record = "/node";
  options.extra = R"({"shop":"x"})";
  options.observe = {{"/node/id", json::Observe::What::max, false}};
  const auto got = slice("{\"node\":{\"id\":7}}\n{\"n\":0,\"node\":{\"id\":9,\"shop\":1}}\n", options);
  EXPECT_THAT(got.records, ElementsAre(R"({"id":7,"shop":"x"})", R"({"id":9,"shop":"x"})"));
  EXPECT_THAT(got.observed, ElementsAre("9"));
  EXPECT_THAT(slice("{\"node\":{}}\n{\"n\":1}\n", options).message, HasSubstr("line 2 has no object at '/node'"));
}

TEST(JsonLines, DepthAndInvalidUtf8AreJudgedAsInAPage) {
  std::string deep = "{\"a\":1}\n{\"a\":";
  for (int i = 0; i < 2000; ++i) deep += '[';
  EXPECT_EQ(slice(deep + "\n", lines()).error, SliceError::Why::too_deep);
  json::SliceOptions options = lines();
  options.invalid_utf8 = json::InvalidUtf8::error;
  const auto refused = slice("{\"a\":1}\n{\"a\":\"\xFF\"}\n", options);
  EXPECT_EQ(refused.error, SliceError::Why::invalid_utf8);
  EXPECT_THAT(refused.message, HasSubstr("line 2"));
  EXPECT_THAT(slice("{\"a\":\"\xFF\"}\n", lines()).records, ElementsAre("{\"a\":\"\xEF\xBF\xBD\"}"));
}

TEST(JsonLines, ALongLineInSmallPiecesIsSearchedOnce) {
  // 30 MB in 16 KB pieces: searched anew with every piece it would be 27 GB.
  std::string page = R"({"a":")";
  page.reserve(31 << 20);
  json::Slicer slicer(lines());
  const std::string piece(16 * 1024, 'x');
  for (int i = 0; i < 1920; ++i) {
    page += piece;
    slicer.feed(page);
  }
  page += "\"}\n";
  EXPECT_EQ(slicer.finish(page).records.at(0).size(), 1920 * piece.size() + 8);
}

}  // namespace
}  // namespace integ::test
