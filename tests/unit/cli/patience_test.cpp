// What `check` allows itself: somebody waits for it in front of a screen.
#include "cli/job.hpp"

#include <gtest/gtest.h>

namespace integ::cli {
namespace {

using std::chrono::milliseconds;

TEST(ShortOfPatience, TwoAttemptsAndHalfAMinute) {
  const http::Settings short_one = short_of_patience({});
  EXPECT_EQ(short_one.max_attempts, 2);
  for (const milliseconds limit : {short_one.max_failing, short_one.max_throttled, short_one.max_retry_after,
                                   short_one.first_byte_timeout, short_one.silence_timeout, short_one.total_timeout}) {
    EXPECT_EQ(limit, milliseconds(30'000));
  }
}

TEST(ShortOfPatience, NeverLongerThanTheOperatorHasIt) {
  http::Settings hasty;
  hasty.max_attempts = 1;
  hasty.total_timeout = hasty.first_byte_timeout = milliseconds(1'000);
  const http::Settings short_one = short_of_patience(hasty);
  EXPECT_EQ(short_one.max_attempts, 1);
  EXPECT_EQ(short_one.total_timeout, milliseconds(1'000));
  EXPECT_EQ(short_one.first_byte_timeout, milliseconds(1'000));
}

}  // namespace
}  // namespace integ::cli
