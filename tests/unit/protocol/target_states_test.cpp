// Which tickets are safe by what a target has given back.
#include "protocol/target_states.hpp"

#include "json/document.hpp"
#include "json/value_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace integ::protocol {
namespace {

TEST(TargetStates, AStateThatComesBackCoversTheEarlierOnes) {
  TargetStates states;
  for (std::uint64_t ticket = 1; ticket <= 4; ++ticket) states.wrote(ticket, "", ticket * 10);
  EXPECT_EQ(states.safe(), 0U);
  EXPECT_TRUE(states.given_back("", 30));
  EXPECT_EQ(states.safe(), 3U);
  EXPECT_FALSE(states.given_back("", 30)) << "it was safe already";
  EXPECT_FALSE(states.given_back("", 99));
  EXPECT_TRUE(states.is_known("", 99)) << "the last one";
  EXPECT_FALSE(states.is_known("", 30)) << "safe long ago";
  EXPECT_TRUE(states.is_known("", 40));
  EXPECT_FALSE(states.is_known("other", 40));
  EXPECT_EQ(states.safe(), 3U);
  EXPECT_FALSE(states.all_safe());
}

TEST(TargetStates, OneStreamSaysNothingOfAnother) {
  TargetStates states;
  states.wrote(1, "a", 10);
  states.wrote(2, "b", 20);
  states.wrote(3, "a", 11);
  EXPECT_TRUE(states.given_back("a", 11));
  EXPECT_EQ(states.safe(), 1U) << "b has not come back";
  EXPECT_TRUE(states.given_back("b", 20));
  EXPECT_EQ(states.safe(), 3U);
  EXPECT_TRUE(states.all_safe());
}

TEST(TargetStates, OfEqualStatesTheOldestIsMeantUntilTheTargetHasEnded) {
  TargetStates states;
  states.wrote(1, "", 10);
  states.wrote(2, "", 20);
  states.wrote(3, "", 10);
  EXPECT_TRUE(states.given_back("", 10));
  EXPECT_EQ(states.safe(), 1U);
  states.ended_well();
  EXPECT_EQ(states.safe(), 3U) << "the last one given back is the last one written";
}

TEST(TargetStates, AnEndWithoutTheLastStateVouchesForNothingMore) {
  TargetStates states;
  states.wrote(1, "", 10);
  states.wrote(2, "", 20);
  EXPECT_TRUE(states.given_back("", 10));
  states.ended_well();
  EXPECT_EQ(states.safe(), 1U);
  EXPECT_FALSE(TargetStates().any_given_back());
}

std::uint64_t hash(const std::string& text) { return json::value_hash(json::Document::parse(text).root()); }

TEST(ValueHash, SpellingDoesNotCount) {
  EXPECT_EQ(hash(R"({"a":1.10,"b":["x",null,true]})"), hash(R"({ "b" : ["\u0078", null, true], "a": 1.1 })"));
  EXPECT_EQ(hash("100"), hash("1e2"));
  EXPECT_EQ(hash("-0.0"), hash("0"));
}

TEST(ValueHash, ValuesDo) {
  const char* const different[] = {"1",
                                   "2",
                                   "9007199254740993",
                                   "9007199254740992",
                                   "\"1\"",
                                   "true",
                                   "false",
                                   "null",
                                   "[]",
                                   "{}",
                                   "[1,2]",
                                   "[2,1]",
                                   R"({"a":1})",
                                   R"({"b":1})",
                                   R"({"a":2})",
                                   R"({"a":{}})",
                                   R"({"a":[]})",
                                   "1.5",
                                   "1.25"};
  for (const char* one : different) {
    for (const char* other : different) {
      if (one != other) {
        EXPECT_NE(hash(one), hash(other)) << one << " and " << other;
      }
    }
  }
}

}  // namespace
}  // namespace integ::protocol
