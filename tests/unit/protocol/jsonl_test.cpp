#include "json/document.hpp"
#include "protocol/builtin.hpp"
#include "protocol/events.hpp"
#include "support.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Jsonl : public ::testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<Sinks> sinks = file_sinks(folder.path(""));
  MemorySink sink;
  Stream a = make_stream("a");
  Stream b = make_stream("b");
  json::Document options;

  std::unique_ptr<Session> open(const std::string& with) {
    options = json::Document::parse(with);
    return jsonl_adapter()->open({.options = &options.root(), .sink = &sink, .sinks = sinks.get(), .log = nullptr});
  }
  static Selection resuming() {
    Selection selection;
    selection.resumes = true;
    return selection;
  }
};

TEST_F(Jsonl, RecordsAndNothingElse) {
  const auto session = open("{}");
  Stream named = orders();
  session->stream(a, {});
  session->stream(named, {});
  session->event(Event::stream_status, stream_status_json(a, "STARTED", 1));
  session->records(batch(a, {R"({"id": 1.10})", "{}"}));
  session->records(batch(named, {R"({"id":2})"}));
  session->state(a, "{}", 1);
  session->event(Event::log, log_json({.level = Level::info, .stream = "", .message = "x"}));
  EXPECT_EQ(session->flush(Flush::ask), 1U);
  session->close(INTEG_OK);
  expect_golden("jsonl.jsonl", sink.text);
}

TEST_F(Jsonl, Bare) {
  const auto session = open(R"({"bare":true})");
  session->stream(a, {});
  session->records(batch(a, {R"({"id": 1.10})", "{}"}));
  session->close(INTEG_OK);
  EXPECT_EQ(sink.text, "{\"id\": 1.10}\n{}\n");
}

TEST_F(Jsonl, AFileIsReplacedWhenNoStreamResumes) {
  put(folder.path("out.jsonl"), "old\n");
  const auto session = open(R"({"path":"out.jsonl","bare":true})");
  session->stream(a, {});
  session->stream(b, {});
  session->records(batch(a, {"{}"}));
  EXPECT_EQ(contents(folder.path("out.jsonl")), "old\n");
  session->state(a, "{}", 5);
  EXPECT_EQ(session->flush(Flush::now), 5U);
  EXPECT_EQ(contents(folder.path("out.jsonl")), "{}\n");
  session->close(INTEG_OK);
  EXPECT_EQ(sink.text, "");
}

TEST_F(Jsonl, AFileIsAppendedToWhenAnyStreamResumes) {
  put(folder.path("out.jsonl"), "old\n{\"to");
  const auto session = open(R"({"path":"out.jsonl","bare":true})");
  session->stream(a, {});
  session->stream(b, resuming());
  session->records(batch(a, {"{}"}));
  session->close(INTEG_OK);
  EXPECT_EQ(contents(folder.path("out.jsonl")), "old\n{}\n");
}

TEST_F(Jsonl, TicketsOfAFileAreConfirmedByTheFileInItsPlaceAlone) {
  const auto session = open(R"({"path":"out.jsonl"})");
  session->stream(a, {});
  session->records(batch(a, {"{}"}));
  session->state(a, "{}", 1);
  EXPECT_EQ(session->flush(Flush::ask), 1U);  // the first one syncs
  EXPECT_EQ(lines_of(contents(folder.path("out.jsonl"))).size(), 1U);
  session->records(batch(a, {"{}"}));
  session->state(a, "{}", 2);
  EXPECT_EQ(session->flush(Flush::now), 2U);
  EXPECT_EQ(lines_of(contents(folder.path("out.jsonl"))).size(), 2U);
}

TEST_F(Jsonl, AFileAStream) {
  put(folder.path("a.jsonl"), "old\n");
  put(folder.path("b.jsonl"), "old\n");
  const auto session = open(R"({"path":"{stream}.jsonl","bare":true})");
  Stream slash = make_stream("../x/y");
  Stream quiet = make_stream("quiet");
  Stream spaced = orders();
  session->stream(a, {});
  session->stream(b, resuming());
  session->stream(slash, {});
  session->stream(quiet, {});
  session->stream(spaced, {});
  for (const Stream* stream : {&a, &b, &slash, &spaced}) session->records(batch(*stream, {"{}"}));
  session->state(b, "{}", 9);
  EXPECT_EQ(session->flush(Flush::now), 9U);
  session->close(INTEG_OK);
  EXPECT_THAT(folder.files(),
              ElementsAre("%2E.%2Fx%2Fy.jsonl", "a.jsonl", "b.jsonl", "quiet.jsonl", "shop.orders.jsonl"));
  EXPECT_EQ(contents(folder.path("a.jsonl")), "{}\n");
  EXPECT_EQ(contents(folder.path("b.jsonl")), "old\n{}\n");
  EXPECT_EQ(contents(folder.path("quiet.jsonl")), "");
}

TEST_F(Jsonl, AFailedStartLeavesFilesAsTheyWere) {
  for (const char* path : {"out.jsonl", "{stream}.jsonl"}) {
    put(folder.path("out.jsonl"), "old\n");
    put(folder.path("a.jsonl"), "old\n");
    {
      const auto session = open(R"({"path":")" + std::string(path) + "\"}");
      session->stream(a, {});
      EXPECT_EQ(session->flush(Flush::now), 0U);
      session->close(INTEG_E_CONFIG);
    }
    EXPECT_EQ(contents(folder.path("out.jsonl")), "old\n");
    EXPECT_EQ(contents(folder.path("a.jsonl")), "old\n");
    EXPECT_THAT(folder.files(), ElementsAre("a.jsonl", "out.jsonl"));
  }
}

TEST_F(Jsonl, AWrongPathFailsBeforeAnythingIsRead) {
  expect_error(Kind::output, "is missing", [&] { open(R"({"path":"no/out.jsonl"})"); });
  expect_error(Kind::output, "is missing", [&] { open(R"({"path":"no/{stream}.jsonl"})"); });
  const auto session = open(R"({"path":"{stream}/out.jsonl"})");  // a folder a stream: known with the stream
  expect_error(Kind::output, "is missing", [&] { session->stream(a, {}); });
  EXPECT_THAT(folder.files(), IsEmpty());
}

TEST_F(Jsonl, TwoStreamsNeverShareAFile) {
  const auto session = open(R"({"path":"{stream}.jsonl"})");
  Stream dotted = make_stream("shop.orders");
  Stream spaced = orders();
  session->stream(dotted, {});
  expect_error(Kind::config, "shop.orders.jsonl", [&] { session->stream(spaced, {}); });
}

TEST_F(Jsonl, OtherAdaptersTakeAPathToo) {
  for (const std::string& name : builtin_adapter_names()) {
    options = json::Document::parse(R"({"path":"out.jsonl"})");
    const auto session =
        builtin_adapter(name)->open({.options = &options.root(), .sink = &sink, .sinks = sinks.get(), .log = nullptr});
    session->stream(a, {});
    session->records(batch(a, {R"({"id":1})"}));
    session->close(INTEG_OK);
    EXPECT_THAT(contents(folder.path("out.jsonl")), ::testing::HasSubstr(R"({"id":1})")) << name;
    EXPECT_EQ(sink.text, "") << name;
  }
}

}  // namespace
}  // namespace integ::protocol::testing
