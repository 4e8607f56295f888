#include "protocol/catalogs.hpp"
#include "support.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

struct SingerStates : public ::testing::Test {
  std::vector<Stream> streams{orders(), make_stream("items")};
  SingerState read(std::string_view text) const { return singer_state(text, "state.json", streams); }
};

TEST_F(SingerStates, BookmarksByStream) {
  const auto state = read(
      "\xEF\xBB\xBF{\r\n\"bookmarks\": {\"shop-orders\": {\"at\": 1.10}, \"gone\": {\"x\":1}, \"items\": null},\r\n"
      "\"currently_syncing\":\"items\",\"theirs\":[1]}\r\n");
  EXPECT_THAT(state.state.streams, ElementsAre(Pair(StreamId{"orders", "shop"}, R"({"at": 1.10})")));
  EXPECT_EQ(state.currently_syncing, "items");
  EXPECT_THAT(state.value, ::testing::HasSubstr(R"("theirs":[1])"));
  EXPECT_THAT(state.value, ::testing::HasSubstr(R"("gone": {"x":1})"));
}

TEST_F(SingerStates, NoneAtAll) {
  for (const char* text : {"", " \r\n", "\xEF\xBB\xBF", "{}", "null", R"({"bookmarks":null})",
                           R"({"bookmarks":{"items":{}}})", R"({"currently_syncing":null})"}) {
    const auto state = read(text);
    EXPECT_THAT(state.state.streams, IsEmpty()) << text;
    EXPECT_EQ(state.currently_syncing, "") << text;
    EXPECT_EQ(state.value.front(), '{') << text;
  }
}

TEST_F(SingerStates, AWholeStateMessageIsUnderstood) {
  EXPECT_THAT(read(R"({"type":"STATE","value":{"bookmarks":{"items":{"p":1}}}})").state.streams,
              ElementsAre(Pair(StreamId{"items", ""}, R"({"p":1})")));
}

TEST_F(SingerStates, WhatIsAroundTheValueIsReadThrough) {
  for (const char* text :
       {R"({"value":{"bookmarks":{"items":{"p":1}}}})", R"({"singer_state":{"bookmarks":{"items":{"p":1}}}})",
        R"({"singer_state":{"type":"STATE","value":{"bookmarks":{"items":{"p":1}}}}})"}) {
    const auto state = read(text);
    EXPECT_THAT(state.state.streams, ElementsAre(Pair(StreamId{"items", ""}, R"({"p":1})"))) << text;
    EXPECT_EQ(state.value, R"({"bookmarks":{"items":{"p":1}}})");
    EXPECT_EQ(state.warning, "");
  }
  const auto own = read(R"({"bookmarks":{"items":{"p":1}},"value":{"bookmarks":{}},"singer_state":{"bookmarks":{}}})");
  EXPECT_THAT(own.state.streams, ElementsAre(Pair(StreamId{"items", ""}, R"({"p":1})")));
}

TEST_F(SingerStates, AnObjectWithoutBookmarksIsWarnedOf) {
  for (const char* text : {R"({"items":{"p":1}})", R"({"value":{"items":{"p":1}}})", R"({"singer_state":{"p":1}})"}) {
    const auto state = read(text);
    EXPECT_THAT(state.state.streams, IsEmpty());
    EXPECT_THAT(state.warning,
                ::testing::HasSubstr("state.json has no bookmarks, so that nothing of it is gone on from"));
  }
  for (const char* text : {"{}", R"({"bookmarks":{}})", R"({"currently_syncing":null})", R"({"singer_state":{}})"}) {
    EXPECT_EQ(read(text).warning, "") << text;
  }
}

TEST_F(SingerStates, SeveralLinesGetTheAdviceToTakeTheLast) {
  expect_error(Kind::config, "tail -1", [&] { read("{\"bookmarks\":{}}\n{\"bookmarks\":{}}\n"); });
  expect_error(Kind::config, "tail -1", [&] { read("{\"bookmarks\":{}}\r\n{\"bookmarks\":{}}"); });
}

TEST_F(SingerStates, HalfAFileIsAlwaysAnError) {
  expect_error(Kind::config, "state.json:2", [&] { read("{\"bookmarks\":{\n\"items\":{\"p\""); });
  expect_error(Kind::config, "state.json", [&] { read("[]"); });
  expect_error(Kind::config, "/bookmarks", [&] { read(R"({"bookmarks":[]})"); });
  expect_error(Kind::config, "/bookmarks/items", [&] { read(R"({"bookmarks":{"items":5}})"); });
}

}  // namespace
}  // namespace integ::protocol::testing
