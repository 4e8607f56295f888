// A page means the same however it is cut into pieces.
#include "slice.hpp"
#include "split_cases.hpp"

#include <gtest/gtest.h>

namespace integ::test {
namespace {

TEST(SlicerSplit, TwoPartsAtEveryOffset) {
  for (const Case& c : split_cases()) {
    Feeder feeder(c.options);
    const Outcome whole = feeder.whole(c.text);
    for (std::size_t cut = 0; cut <= c.text.size(); ++cut) {
      Outcome got = feeder.at(c.text, {cut});
      // An error found early shows what had come by then.
      if (got.error == json::SliceError::Why::malformed) got.message = whole.message;
      ASSERT_EQ(got, whole) << c.name << ", cut at " << cut;
    }
  }
}

// A body that goes while it is read gives the records of one that stays.
void expect_same(const Outcome& got, const Outcome& whole, const std::string& what) {
  if (!whole.error) {
    EXPECT_EQ(got, whole) << what;
    return;
  }
  EXPECT_EQ(got.error, whole.error) << what;
  EXPECT_EQ(got.offset, whole.offset) << what;
  if (whole.error != json::SliceError::Why::malformed) {
    EXPECT_EQ(got.message, whole.message) << what;
  }
}

TEST(SlicerSplit, AStreamInTwoPartsAtEveryOffset) {
  for (const Case& c : split_cases()) {
    StreamFeeder feeder(c.options);
    const Outcome whole = Feeder(c.options).whole(c.text);
    for (std::size_t cut = 0; cut <= c.text.size(); ++cut) {
      expect_same(feeder.at(c.text, {cut}), whole, std::string(c.name) + ", cut at " + std::to_string(cut));
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
}

TEST(SlicerSplit, AStreamInSmallPieces) {
  for (const Case& c : split_cases()) {
    StreamFeeder feeder(c.options);
    const Outcome whole = Feeder(c.options).whole(c.text);
    for (std::size_t piece = 1; piece <= 19; ++piece) {
      expect_same(feeder.pieces(c.text, piece), whole, std::string(c.name) + ", pieces of " + std::to_string(piece));
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
}

TEST(SlicerSplit, SmallPieces) {
  for (const Case& c : split_cases()) {
    Feeder feeder(c.options);
    const Outcome whole = feeder.whole(c.text);
    for (std::size_t piece = 1; piece <= 19; ++piece) {
      Outcome got = feeder.pieces(c.text, piece);
      if (got.error == json::SliceError::Why::malformed) got.message = whole.message;
      ASSERT_EQ(got, whole) << c.name << ", pieces of " << piece;
    }
  }
}

}  // namespace
}  // namespace integ::test
