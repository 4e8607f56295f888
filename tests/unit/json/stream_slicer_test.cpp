// Records that are taken while the body is still coming: what stays in memory, and what is left at the end.
#include "slice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::test {
namespace {

using json::SliceError;
using json::SliceOptions;
using testing::ElementsAre;
using testing::HasSubstr;

std::string item(int id, std::size_t size) {
  return "{\"id\":" + std::to_string(id) + ",\"s\":\"" + std::string(size, 'x') + "\"}";
}

TEST(StreamSlicer, ThePageHoldsNoMoreThanAnOpenRecordAndAPiece) {
  std::string array = R"({"before":[1],"results":[)";
  std::string line_by_line;
  for (int i = 0; i < 1000; ++i) {
    array += (i > 0 ? ",\n" : "") + item(i, 1000);
    line_by_line += item(i, 1000) + "\n";
  }
  array += R"(],"next":"x"})";
  StreamFeeder stream(at("/results"));
  const Outcome got = stream.pieces(array, 256);
  EXPECT_EQ(got.records.size(), 1000U);
  EXPECT_EQ(got.skeleton, R"({"before":[1],"results":[],"next":"x"})");
  EXPECT_LT(stream.largest(), 1400U);
  StreamFeeder of_lines(lines());
  EXPECT_EQ(of_lines.pieces(line_by_line, 256).records, got.records);
  EXPECT_LT(of_lines.largest(), 1400U);
}

TEST(StreamSlicer, TheSkeletonKnowsWhatWentBy) {
  json::StreamSlicer slicer(at("/results"));
  std::string page = R"({"count":3,"results":[{"a":1},{"a":2},)";
  slicer.feed(page);
  EXPECT_EQ(slicer.closed(), 2U);
  EXPECT_EQ(slicer.closed_bytes(), page.size());
  std::string text;
  EXPECT_THAT(slicer.take(page, text), ElementsAre(R"({"a":1})", R"({"a":2})"));
  EXPECT_EQ(page, "");
  page += R"({"a":3}],"next":[{"u":"y"}]} )";
  slicer.end(page);
  EXPECT_THAT(slicer.take(page, text), ElementsAre(R"({"a":3})"));
  const json::Slices rest = slicer.rest(page);
  EXPECT_TRUE(rest.skeleton.find("/results")->elided);
  EXPECT_EQ(rest.skeleton.find("/results")->count, 3U);
  EXPECT_EQ(rest.skeleton.find("/next/0/u")->text, "y");
  EXPECT_EQ(rest.skeleton.find("/count")->text, "3");
}

TEST(StreamSlicer, AnElementThatIsNoRecordIsToldBeforeWhatFollows) {
  json::StreamSlicer slicer(at("/r"));
  std::string page = R"({"r":[{"a":1},)";
  slicer.feed(page);
  std::string text;
  EXPECT_EQ(slicer.take(page, text).size(), 1U);
  page += R"(2,{"a":)";
  try {
    slicer.feed(page);
    ADD_FAILURE() << "no error";
  } catch (const SliceError& error) {
    EXPECT_EQ(error.why, SliceError::Why::no_object);
    EXPECT_EQ(error.offset, 14U);
    EXPECT_THAT(error.message, HasSubstr("element 1 of '/r'"));
  }
}

TEST(StreamSlicer, FaultsNameTheirPlaceInTheWholeBody) {
  std::string text = R"({"results":[)";
  for (int i = 0; i < 100; ++i) text += item(i, 100) + ",";
  const std::size_t fault = text.size() + 6;
  text += R"({"a":1,,})";
  const Outcome got = StreamFeeder(at("/results")).pieces(text, 50);
  EXPECT_EQ(got.error, SliceError::Why::malformed);
  EXPECT_EQ(got.offset, fault + 1);
  EXPECT_THAT(got.message, HasSubstr("at byte " + std::to_string(fault + 1)));
  EXPECT_GE(got.records.size(), 99U) << "what closed in the piece before the fault";
}

TEST(StreamSlicer, ARootObjectIsOneRecordAtTheEnd) {
  const Outcome got = StreamFeeder(at("")).pieces(R"({"a":[1,2,3]})", 3);
  EXPECT_THAT(got.records, ElementsAre(R"({"a":[1,2,3]})"));
  EXPECT_EQ(got.skeleton, R"({"a":[1,2,3]})");
}

TEST(StreamSlicer, ObservedFieldsOutliveTheirRecords) {
  SliceOptions options = at("/r");
  options.observe = {{"/id", json::Observe::What::max, false},   {"/id", json::Observe::What::min, false},
                     {"/id", json::Observe::What::last, false},  {"/id", json::Observe::What::all, false},
                     {"/none", json::Observe::What::all, false}, {"/u", json::Observe::What::all, false}};
  const std::string text = "{\"r\":[{\"id\":5},{\"id\":12, \"u\":\"\xFF\"},{\"id\":null},{\"id\":[ 1 ]},{\"id\":7}]}";
  const Outcome whole = slice(text, options);
  EXPECT_THAT(whole.observed, ElementsAre("[1]", "5", "7", "[5,12,[1],7]", "", "[\"\xEF\xBF\xBD\"]"));
  for (std::size_t piece = 1; piece < 30; ++piece) {
    EXPECT_EQ(StreamFeeder(options).pieces(text, piece).observed, whole.observed) << piece;
  }
}

TEST(StreamSlicer, InvalidUtf8IsReplacedRecordByRecord) {
  const std::string text =
      "{\"x\":\"\xFE\",\"r\":[{\"a\":\"x\xFFy\xC3\"},{\"a\":1},{\"b\":\"\xE2\x82\"}],\"n\":\"\xFE\"}";
  for (const bool extra : {false, true}) {
    SliceOptions options = at("/r");
    if (extra) options.extra = R"({"k":1})";
    const Outcome whole = slice(text, options);
    EXPECT_EQ(whole.replaced, 5U);
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      EXPECT_EQ(StreamFeeder(options).pieces(text, piece), whole) << piece;
    }
  }
  SliceOptions preserve = at("/r");
  preserve.invalid_utf8 = json::InvalidUtf8::preserve;
  EXPECT_EQ(StreamFeeder(preserve).pieces(text, 5), slice(text, preserve));
}

TEST(StreamSlicer, IsUsedAgainAfterAnError) {
  StreamFeeder feeder(at("/r"));
  EXPECT_EQ(feeder.pieces(R"({"r":[{"a":1},{"a":)", 4).error, SliceError::Why::cut);
  EXPECT_THAT(feeder.pieces(R"({"r":[{"a":2}]})", 4).records, ElementsAre(R"({"a":2})"));
}

}  // namespace
}  // namespace integ::test
