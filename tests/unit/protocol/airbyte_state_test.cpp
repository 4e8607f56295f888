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
  expect_error(Kind::config, "line 2", [&] { read("{\"type\":\"LOG\"}\n5\n"); });
  expect_error(Kind::config, "state.json", [&] { read("{\"items\":{}}\n{\"ite\n{\"items\":{}}\n"); });
}

TEST_F(AirbyteStates, AreToldByTheirMembersWhereTheTypeWasLost) {
  const std::string state = R"("stream_descriptor":{"name":"items"},"stream_state":{"p":1})";
  const std::string of_api = R"("streamDescriptor":{"name":"items","namespace":null},"streamState":{"p":1})";
  for (const std::string& text :
       {R"({"data":{"items":{"p":1}}})" + std::string(),
        R"([{"data":{"items":{"p":1},"orders":null}}])" + std::string(), R"({"stream":{)" + state + "}}",
        R"([{"stream":{)" + state + "}}]", "{" + state + "}", "[{" + state + "},{}]",
        R"({"global":{"shared_state":null,"stream_states":[{)" + state + "}]}}",
        R"({"state":{"stream":{)" + state + "}}}", R"({"state":{"items":{"p":1}}})" + std::string(),
        R"({"type":"STATE","state":{"data":{"items":{"p":1}}}})" + std::string(), "[{" + of_api + "}]",
        "{" + of_api + "}", R"({"streamState":[{)" + of_api + "}]}",
        R"({"stateType":"stream","connectionId":"c","streamState":[{)" + of_api + R"(}],"globalState":null})",
        R"({"stateType":"global","globalState":{"sharedState":{},"streamStates":[{)" + of_api + "}]}}",
        R"({"stateType":"legacy","connectionId":"c","state":{"items":{"p":1}}})" + std::string()}) {
    EXPECT_THAT(read(text), ElementsAre(Pair(StreamId{"items", ""}, R"({"p":1})"))) << text;
  }
  for (const char* none : {R"({"stateType":"not_set","connectionId":"c"})", R"([{"type":"LEGACY","data":null}])",
                           R"({"type":"STATE","state":null})", R"([{}])"}) {
    EXPECT_THAT(read(none), IsEmpty()) << none;
  }
}

TEST_F(AirbyteStates, WhatIsNoneOfThemIsAnError) {
  for (const char* text : {R"([{"foo":1}])", R"([{"type":"LEGACY"}])", R"([{"items":{"p":1}}])",
                           R"({"type":"STATE","state":[]})", R"({"stateType":"stream","streamState":{"p":1}})"}) {
    expect_error(Kind::config, R"(expected a state message: {"type": "STREAM")", [&] { read(text); });
  }
}

TEST_F(AirbyteStates, AStreamMayBeCalledAsAMember) {
  const auto of = [](const char* name, const char* text) { return Pair(StreamId{name, ""}, std::string(text)); };
  streams = {make_stream("data"), make_stream("stream"), make_stream("global"), make_stream("state"),
             make_stream("items")};
  EXPECT_THAT(read(R"({"data":{"part":{"p":1}}})"), ElementsAre(of("data", R"({"part":{"p":1}})")));
  EXPECT_THAT(read(R"({"data":{"p":1}})"), ElementsAre(of("data", R"({"p":1})")));
  EXPECT_THAT(read(R"({"data":{"items":{"p":1}}})"), ElementsAre(of("items", R"({"p":1})")));
  EXPECT_THAT(read(R"({"data":{"p":1},"items":{"p":2}})"),
              ElementsAre(of("data", R"({"p":1})"), of("items", R"({"p":2})")));
  EXPECT_THAT(read(R"({"stream":{"p":1},"global":{"p":2}})"),
              ElementsAre(of("global", R"({"p":2})"), of("stream", R"({"p":1})")));
  EXPECT_THAT(read(R"({"state":{"part":{"p":1}}})"), ElementsAre(of("state", R"({"part":{"p":1}})")));
  streams = {make_stream("items")};
  EXPECT_THAT(read(R"({"data":{"since":"D"}})"), ElementsAre(of("data", R"({"since":"D"})")))
      << "a stream that is gone";
}

TEST_F(AirbyteStates, OfSeveralLinesTheLastOfEachStreamCounts) {
  const auto line = [](const std::string& stream, const std::string& state) {
    return R"({"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":")" + stream +
           R"("},"stream_state":)" + state + "}}}\r\n";
  };
  EXPECT_THAT(read(line("items", R"({"p":1})") +
                   R"({"type":"RECORD","record":{"stream":"x","data":{}}})"
                   "\n\n" +
                   line("gone", R"({"p":2})") + line("items", R"({"p":3})")),
              ElementsAre(Pair(StreamId{"gone", ""}, R"({"p":2})"), Pair(StreamId{"items", ""}, R"({"p":3})")));
  EXPECT_THAT(read(line("items", R"({"p":1})") + line("items", "{}")), IsEmpty());
  expect_error(Kind::config, "state.json",
               [&] { read(line("items", "{}") + line("items", "{}") + R"({"type":"STA)"); });
}

}  // namespace
}  // namespace integ::protocol::testing
