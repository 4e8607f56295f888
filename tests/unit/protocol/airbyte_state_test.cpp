#include "protocol/catalogs.hpp"
#include "support.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

struct AirbyteStates : public ::testing::Test {
  std::vector<Stream> streams{orders(), make_stream("items")};
  std::map<StreamId, std::string> read(std::string_view text) const {
    return airbyte_state(text, "state.json", streams).streams;
  }
};

TEST_F(AirbyteStates, StreamStates) {
  EXPECT_THAT(
      read(
          "\xEF\xBB\xBF[\r\n"
          R"({"type":"STREAM","stream":{"stream_descriptor":{"name":"orders","namespace":"shop"},"stream_state":{"at": 1.10}},"extra":1},)"
          R"({"type":"STREAM","stream":{"stream_descriptor":{"name":"items","namespace":null},"stream_state":{"p":1}},"sourceStats":null},)"
          R"({"type":"STREAM","stream":{"stream_descriptor":{"name":"gone"},"stream_state":{"p":2}}},)"
          R"({"stream":{"stream_descriptor":{"name":"nothing"},"stream_state":null}}, null])"),
      ElementsAre(Pair(StreamId{"gone", ""}, R"({"p":2})"), Pair(StreamId{"items", ""}, R"({"p":1})"),
                  Pair(StreamId{"orders", "shop"}, R"({"at": 1.10})")));
}

TEST_F(AirbyteStates, NoneAtAll) {
  for (const char* text :
       {"", "\n", "\xEF\xBB\xBF", "[]", "{}", "null", "[null]",
        R"([{"type":"STREAM","stream":{"stream_descriptor":{"name":"items"}}}])",
        R"([{"type":"STREAM","stream":{"stream_descriptor":{"name":"items"},"stream_state":{}}}])"}) {
    EXPECT_THAT(read(text), IsEmpty()) << text;
  }
}

TEST_F(AirbyteStates, GlobalAndLegacy) {
  EXPECT_THAT(
      read(
          R"([{"type":"GLOBAL","global":{"shared_state":{"cdc":1},"stream_states":[{"stream_descriptor":{"name":"items"},"stream_state":{"p":1}}]}}])"),
      ElementsAre(Pair(StreamId{"items", ""}, R"({"p":1})")));
  EXPECT_THAT(read(R"({"items":{"p":1},"orders":null})"), ElementsAre(Pair(StreamId{"items", ""}, R"({"p":1})")));
  EXPECT_THAT(read(R"([{"type":"LEGACY","data":{"items":{"p":1}}}])"),
              ElementsAre(Pair(StreamId{"items", ""}, R"({"p":1})")));
  EXPECT_THAT(
      read(
          R"({"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"items"},"stream_state":{"p":1}}}})"),
      ElementsAre(Pair(StreamId{"items", ""}, R"({"p":1})")));
}

TEST_F(AirbyteStates, AStateWithoutNamespaceFindsTheOnlyStreamOfThatName) {
  EXPECT_THAT(read(R"({"orders":{"at":1}})"), ElementsAre(Pair(StreamId{"orders", "shop"}, R"({"at":1})")));
}

TEST_F(AirbyteStates, MarksOfTheLastJobAreNoState) {
  EXPECT_THAT(
      read(
          R"([{"type":"STREAM","stream":{"stream_descriptor":{"name":"items"},"stream_state":{"__ab_full_refresh_sync_complete":true}}}])"),
      IsEmpty());
  EXPECT_THAT(read(R"({"items":{"__ab_full_refresh_sync_complete":true,"page":9}})"), IsEmpty());
  EXPECT_THAT(read(R"({"items":{"__ab_no_cursor_state_message":true}})"), IsEmpty());
}

TEST_F(AirbyteStates, HalfAFileIsAlwaysAnError) {
  expect_error(Kind::config, "state.json:2", [&] { read("[\n{\"type\":\"STREAM\",\"str"); });
  expect_error(Kind::config, "state.json", [&] { read("5"); });
  expect_error(Kind::config, "/0", [&] { read("[5]"); });
  expect_error(Kind::config, "/0/stream", [&] { read(R"([{"type":"STREAM","stream":{}}])"); });
  expect_error(Kind::config, "/0/stream/stream_state",
               [&] { read(R"([{"stream":{"stream_descriptor":{"name":"items"},"stream_state":[]}}])"); });
  expect_error(Kind::config, "/0", [&] { read(R"([{"type":"STREAM"}])"); });
  expect_error(Kind::config, "/cursor", [&] { read(R"({"cursor":"2024"})"); });
  expect_error(Kind::config, "last line", [&] { read("{}\n[]\n"); });
}

}  // namespace
}  // namespace integ::protocol::testing
