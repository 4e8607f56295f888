#include "base/error.hpp"
#include "slice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::test {
namespace {

using json::SliceError;
using json::SliceOptions;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Slicer, FindsTheRecordsAndLeavesTheRest) {
  const auto got = slice(R"({"count":2,"results":[{"a":1},{"b":[1,{"c":2}]}],"next":"x"})", at("/results"));
  EXPECT_THAT(got.records, ElementsAre(R"({"a":1})", R"({"b":[1,{"c":2}]})"));
  EXPECT_EQ(got.skeleton, R"({"count":2,"results":[],"next":"x"})");
}

TEST(Slicer, SkeletonKnowsTheCountOfTheElidedArray) {
  std::string page = R"({"a":[9],"results":[{},{},{}],"next":[{"u":1}]})";
  json::Slicer slicer(at("/results"));
  const json::Slices slices = slicer.finish(page);
  const json::Node* array = slices.skeleton.find("/results");
  ASSERT_NE(array, nullptr);
  EXPECT_TRUE(array->elided);
  EXPECT_EQ(array->count, 3U);
  EXPECT_EQ(slices.skeleton.find("/results/0"), nullptr);
  EXPECT_FALSE(slices.skeleton.find("/a")->elided);
  EXPECT_EQ(slices.skeleton.find("/next/0/u")->text, "1");
}

TEST(Slicer, KeepsTheItemsOnRequest) {
  SliceOptions options = at("/r");
  options.keep = true;
  std::string page = R"({"r":[{"a":1}],"n":2})";
  json::Slicer slicer(options);
  const json::Slices slices = slicer.finish(page);
  EXPECT_EQ(slices.records.size(), 1U);
  EXPECT_EQ(slices.skeleton.find("/r/0/a")->text, "1");
  EXPECT_FALSE(slices.skeleton.find("/r")->elided);
}

TEST(Slicer, ValuesKeepTheirBytes) {
  const std::string record =
      R"({"f":0.30000000000000004,"big":18446744073709551617,"huge":1e400,"tiny":-0.0e-5,"emoji":"\ud83d\ude00",)"
      R"("lone":"\ud800","nul":"\u0000","e":"é","slash":"\/","sp" : [ 1 , 2 ]})";
  EXPECT_THAT(slice("{\"r\":[" + record + "]}", at("/r")).records, ElementsAre(record));
}

TEST(Slicer, RootArrayAndRootObject) {
  EXPECT_THAT(slice(R"( [{"a":1}, {"a":2}] )", at("")).records, ElementsAre(R"({"a":1})", R"({"a":2})"));
  const auto single = slice(R"( {"a":[1]} )", at(""));
  EXPECT_THAT(single.records, ElementsAre(R"({"a":[1]})"));
  EXPECT_EQ(single.skeleton, R"( {"a":[1]} )");
  EXPECT_THAT(slice("[]", at("")).records, IsEmpty());
}

TEST(Slicer, PointersGoThroughArraysAndEscapes) {
  EXPECT_THAT(slice(R"({"data":[{"items":[{"a":1}]},{"items":[{"a":2}]}]})", at("/data/1/items")).records,
              ElementsAre(R"({"a":2})"));
  EXPECT_THAT(slice(R"({"a/b":{"c~d":[{}]}})", at("/a~1b/c~0d")).records, ElementsAre("{}"));
  EXPECT_THAT(slice(R"({"":[{}]})", at("/")).records, ElementsAre("{}"));
  EXPECT_THAT(slice(R"({"\u0072e\/s":[{"x":1}]})", at("/re~1s")).records, ElementsAre(R"({"x":1})"));
  EXPECT_THAT(slice(R"({"0":[{"x":1}]})", at("/0")).records, ElementsAre(R"({"x":1})"));
}

TEST(Slicer, TheFirstMatchWins) {
  EXPECT_THAT(slice(R"({"r":[{"a":1}],"r":[{"a":2}]})", at("/r")).records, ElementsAre(R"({"a":1})"));
  EXPECT_EQ(slice(R"({"d":1,"d":{"r":[{}]}})", at("/d/r")).error, SliceError::Why::no_array);
  EXPECT_THAT(slice(R"({"x":{"r":[{"no":1}]},"r":[{"a":1}]})", at("/r")).records, ElementsAre(R"({"a":1})"));
}

TEST(Slicer, RecordInsideEachElement) {
  SliceOptions options = at("/edges");
  options.record = "/node";
  const auto got = slice(R"({"edges":[{"cursor":"x","node":{"id":1}},{"node":{"id":2},"node":{"id":3}}]})", options);
  EXPECT_THAT(got.records, ElementsAre(R"({"id":1})", R"({"id":2})"));
  const auto bad = slice(R"({"edges":[{"node":{"id":1}},{"node":[]}]})", options);
  EXPECT_EQ(bad.error, SliceError::Why::no_object);
  EXPECT_THAT(bad.message, HasSubstr("element 1"));
  EXPECT_EQ(slice(R"({"edges":[{"node":{}},{"cursor":1}]})", options).error, SliceError::Why::no_object);
}

TEST(Slicer, ExtraReplacesMembersOfTheSameName) {
  SliceOptions options = at("/r");
  options.extra = R"({ "shop" : "x", "id":7 })";
  const auto got = slice(R"({"r":[{"a":1},{"id":1,"a":2},{"a":3,"\u0069d":4,"b":5},{}]})", options);
  EXPECT_THAT(got.records, ElementsAre(R"({"a":1,"shop":"x","id":7})", R"({"a":2,"shop":"x","id":7})",
                                       R"({"a":3,"b":5,"shop":"x","id":7})", R"({"shop":"x","id":7})"));
}

TEST(Slicer, ViewsOfMadeRecordsSurviveAMove) {
  SliceOptions options = at("");
  options.extra = R"({"k":1})";
  std::string page = R"([{}])";
  json::Slicer slicer(options);
  json::Slices slices = slicer.finish(page);
  const json::Slices moved = std::move(slices);
  EXPECT_EQ(moved.records.at(0), R"({"k":1})");
}

TEST(Slicer, ALineBreakInARecordBecomesASpace) {
  const auto got = slice("{\n\"r\":[\r\n{\"a\"\n:\r\n1,\n   \"b\":{\n\"c\":2\n}},\n{}\n],\n\"n\":1}\n", at("/r"));
  EXPECT_THAT(got.records, ElementsAre("{\"a\" :  1,    \"b\":{ \"c\":2 }}", "{}"));
  for (const auto& record : got.records) EXPECT_EQ(record.find_first_of("\r\n"), std::string::npos);
}

TEST(Slicer, NullAndMissingArrays) {
  const auto null = slice(R"({"r":null,"n":1})", at("/r"));
  EXPECT_TRUE(null.null_array);
  EXPECT_THAT(null.records, IsEmpty());
  SliceOptions options = at("/r");
  options.allow_missing = true;
  const auto missing = slice(R"({"n":1})", options);
  EXPECT_TRUE(missing.missing);
  EXPECT_EQ(missing.skeleton, R"({"n":1})");
  EXPECT_EQ(slice(R"({"r":{}})", options).error, SliceError::Why::no_array);
}

TEST(Slicer, AByteOrderMarkIsSkipped) { EXPECT_THAT(slice("\xEF\xBB\xBF[{}]", at("")).records, ElementsAre("{}")); }

TEST(Slicer, InvalidUtf8IsReplacedCountedRefusedOrKept) {
  const std::string page = "{\"r\":[{\"a\":\"x\xFFy\xC3\"},{\"b\":\"\xE2\x82\"}],\"n\":\"\xFE\"}";
  const auto replaced = slice(page, at("/r"));
  EXPECT_THAT(replaced.records, ElementsAre("{\"a\":\"x\xEF\xBF\xBDy\xEF\xBF\xBD\"}", "{\"b\":\"\xEF\xBF\xBD\"}"));
  EXPECT_EQ(replaced.replaced, 4U);
  SliceOptions options = at("/r");
  options.invalid_utf8 = json::InvalidUtf8::error;
  const auto refused = slice(page, options);
  EXPECT_EQ(refused.error, SliceError::Why::invalid_utf8);
  EXPECT_EQ(refused.offset, page.find('\xFF'));
  options.invalid_utf8 = json::InvalidUtf8::preserve;
  const auto kept = slice(page, options);
  EXPECT_THAT(kept.records, ElementsAre("{\"a\":\"x\xFFy\xC3\"}", "{\"b\":\"\xE2\x82\"}"));
  EXPECT_EQ(kept.skeleton, "{\"r\":[],\"n\":\"\xEF\xBF\xBD\"}");
}

TEST(Slicer, IsUsedAgainAfterAnError) {
  json::Slicer slicer(at("/r"));
  std::string bad = R"({"r":[{"a":[1,)";
  slicer.feed(bad);
  EXPECT_THROW(slicer.finish(bad), SliceError);
  slicer.reset();
  std::string good = R"({"r":[{"a":1}]})";
  EXPECT_EQ(slicer.finish(good).records.size(), 1U);
}

TEST(Slicer, ALongStringInSmallPiecesIsReadOnce) {
  // 30 MB in 16 KB pieces: read anew with every piece it would be 27 GB.
  std::string page;
  json::Slicer slicer(at(""));
  const std::string piece(16 * 1024, 'x');
  page = R"([{"a":")";
  page.reserve(31 << 20);
  for (int i = 0; i < 1920; ++i) {
    page += piece;
    slicer.feed(page);
  }
  page += "\"}]";
  EXPECT_EQ(slicer.finish(page).records.at(0).size(), 1920 * piece.size() + 8);
}

TEST(Slicer, AnIllFormedPointerIsAConfigError) {
  EXPECT_THROW(json::Slicer(at("results")), Error);
  EXPECT_THROW(json::Slicer(at("/a~2")), Error);
}

}  // namespace
}  // namespace integ::test
