#include "slice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::test {
namespace {

using json::Observe;
using testing::ElementsAre;
using What = json::Observe::What;

std::string observed(const std::string& records, const std::string& pointer, What what, bool time = false) {
  json::SliceOptions options = at("/r");
  options.observe = {Observe{pointer, what, time}};
  return slice("{\"r\":" + records + "}", options).observed.at(0);
}

TEST(Observe, LastMaxMinAll) {
  const std::string records = R"([{"t":"b","id":2},{"t":"c","id":10},{"t":"a","id":9}])";
  EXPECT_EQ(observed(records, "/t", What::last), R"("a")");
  EXPECT_EQ(observed(records, "/t", What::max), R"("c")");
  EXPECT_EQ(observed(records, "/t", What::min), R"("a")");
  EXPECT_EQ(observed(records, "/id", What::max), "10");
  EXPECT_EQ(observed(records, "/id", What::min), "2");
  EXPECT_EQ(observed(records, "/id", What::all), "[2,10,9]");
}

TEST(Observe, NullAndAbsentAreNoValue) {
  EXPECT_EQ(observed(R"([{"t":"a"},{"t":null},{}])", "/t", What::last), R"("a")");
  EXPECT_EQ(observed(R"([{"t":null},{"t":"a"},{"t":null}])", "/t", What::max), R"("a")");
  EXPECT_EQ(observed(R"([{"t":null},{"t":1}])", "/t", What::all), "[1]");
  EXPECT_EQ(observed(R"([{"t":null},{}])", "/t", What::max), "");
  EXPECT_EQ(observed("[]", "/t", What::all), "");
}

TEST(Observe, NumbersCompareExactly) {
  EXPECT_EQ(observed(R"([{"i":18446744073709551616},{"i":18446744073709551617},{"i":9}])", "/i", What::max),
            "18446744073709551617");
  EXPECT_EQ(observed(R"([{"i":1e400},{"i":-1e500},{"i":9e399}])", "/i", What::max), "1e400");
  EXPECT_EQ(observed(R"([{"i":1e400},{"i":-1e500},{"i":9e399}])", "/i", What::min), "-1e500");
}

TEST(Observe, TimesCompareAsInstants) {
  // As bytes the second is larger; as an instant the first is.
  const std::string records = R"([{"t":"2024-01-01T00:00:00-05:00"},{"t":"2024-01-01T04:00:00Z"},{"t":"junk"}])";
  EXPECT_EQ(observed(records, "/t", What::max, true), R"("2024-01-01T00:00:00-05:00")");
  EXPECT_EQ(observed(records, "/t", What::max, false), R"("junk")");
  EXPECT_EQ(observed(R"([{"t":"2024-01-01"},{"t":"2023-12-31T23:59:59.999Z"}])", "/t", What::max, true),
            R"("2024-01-01")");
}

TEST(Observe, NestedIndexedWholeAndSeveral) {
  json::SliceOptions options = at("/r");
  options.record = "/node";
  options.observe = {{"/cursor", What::last, false}, {"/node/ids/1", What::all, false}, {"/node", What::last, false}};
  const auto got =
      slice(R"({"r":[{"cursor":"x","node":{"ids":[1, 2]}},{"node":{ "ids" : [3,4] },"cursor":"y"}]})", options);
  EXPECT_THAT(got.observed, ElementsAre(R"("y")", "[2,4]", R"({"ids":[3,4]})"));
}

TEST(Observe, NothingIsLeftOverFromThePageBefore) {
  json::SliceOptions options = at("/r");
  options.observe = {{"/id", What::max, false}};
  Feeder feeder(options);
  EXPECT_EQ(feeder.whole(R"({"r":[{"id":9}]})").observed.at(0), "9");
  EXPECT_EQ(feeder.whole(R"({"r":[{"id":3}]})").observed.at(0), "3");
  EXPECT_EQ(feeder.whole(R"({"r":[]})").observed.at(0), "");
}

TEST(Observe, SingleRootObject) {
  json::SliceOptions options = at("");
  options.observe = {{"/id", What::last, false}};
  EXPECT_EQ(slice(R"({"id":5})", options).observed.at(0), "5");
}

}  // namespace
}  // namespace integ::test
