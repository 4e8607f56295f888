#include "sync/repeat_guard.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace integ::sync {
namespace {

TEST(RepeatGuard, NoticesTheSameAnswerToTheSameRequest) {
  RepeatGuard guard;
  EXPECT_FALSE(guard.repeats("GET", "http://h/1", "", "page"));
  EXPECT_FALSE(guard.repeats("GET", "http://h/2", "", "page"));
  EXPECT_TRUE(guard.repeats("GET", "http://h/1", "", "page"));
}

TEST(RepeatGuard, AnotherAnswerMethodOrBodyIsNoRepetition) {
  RepeatGuard guard;
  EXPECT_FALSE(guard.repeats("POST", "http://h/", "cursor=1", "page"));
  EXPECT_FALSE(guard.repeats("POST", "http://h/", "cursor=2", "page"));
  EXPECT_FALSE(guard.repeats("GET", "http://h/", "cursor=1", "page"));
  EXPECT_FALSE(guard.repeats("POST", "http://h/", "cursor=1", "pagE")) << "a job that has got further";
  EXPECT_TRUE(guard.repeats("POST", "http://h/", "cursor=1", "pagE"));
  EXPECT_FALSE(guard.repeats("POST", "http://h/", "cursor=1", "page"));
}

TEST(RepeatGuard, ARequestThatIsAnsweredWithNothingIsBorneForAWhile) {
  RepeatGuard guard;
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 99; ++k) ASSERT_FALSE(guard.repeats_nothing("GET", "http://h/1", "", 7)) << k;
    ASSERT_FALSE(guard.repeats_nothing("GET", "http://h/2", "", 7)) << "of a parent without children, say";
  }
  for (int k = 0; k < 99; ++k) ASSERT_FALSE(guard.repeats_nothing("GET", "http://h/1", "", 7));
  EXPECT_TRUE(guard.repeats_nothing("GET", "http://h/1", "", 7));
}

TEST(RepeatGuard, NoticesTheRecordsOfTheLastPageAndOfNoOther) {
  RepeatGuard guard;
  EXPECT_FALSE(guard.same_as_last({"{\"id\":1}", "{\"id\":2}"}));
  EXPECT_TRUE(guard.same_as_last({"{\"id\":1}", "{\"id\":2}"}));
  EXPECT_FALSE(guard.same_as_last({"{\"id\":2}", "{\"id\":1}"})) << "in another order they are others";
  EXPECT_FALSE(guard.same_as_last({}));
  EXPECT_FALSE(guard.same_as_last({})) << "nothing is never the same";
  EXPECT_FALSE(guard.same_as_last({"{\"id\":1}", "{\"id\":2}"})) << "only the last one is compared";
}

TEST(Fingerprint, DiffersWhereverATextDiffers) {
  for (const std::size_t size : {1U, 7U, 8U, 9U, 31U, 63U, 64U, 65U, 200U}) {
    std::set<std::uint64_t> seen;
    std::string text(size, 'a');
    seen.insert(fingerprint(text));
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'b', '\0', '\xE1'}) {
        text[at] = c;
        EXPECT_TRUE(seen.insert(fingerprint(text)).second) << size << " bytes, at " << at;
      }
      text[at] = 'a';
    }
    EXPECT_TRUE(seen.insert(fingerprint(text + '\0')).second) << "a longer one of " << size;
  }
  EXPECT_NE(fingerprint(""), fingerprint("", 1));
  EXPECT_EQ(fingerprint("abc", 5), fingerprint(std::string("xabc").substr(1), 5));
}

}  // namespace
}  // namespace integ::sync
