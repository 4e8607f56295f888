// BATCH of a Singer tap: what the messages name is whole and holds every record before the STATE that follows.
#include "json/document.hpp"
#include "protocol/builtin.hpp"
#include "protocol/events.hpp"
#include "support.hpp"
#include "support/messages/message_check.hpp"

#include <regex>

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Batches : public ::testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<Sinks> sinks = file_sinks("");
  MemorySink sink;
  Stream items = make_stream("items");
  Stream odd = make_stream("a/b %");
  json::Document options;
  std::unique_ptr<Session> session;

  std::string storage() const { return R"("storage":{"root":"file://)" + folder.path() + R"(","prefix":"p-"})"; }
  void open(const std::string& config) {
    options = json::Document::parse(R"({"batch_config":{)" + config + "}}");
    session = singer_adapter("")->open(
        {.options = &options.root(), .sink = &sink, .sinks = sinks.get(), .log = nullptr, .folder = folder.path()});
    for (const Stream* stream : {&items, &odd}) session->stream(*stream, {});
  }
  void open_plain(int size) {
    open(R"("encoding":{"format":"jsonl","compression":"none"},"batch_size":)" + std::to_string(size) + "," +
         storage());
  }
  void record(const Stream& stream, int id) {
    const std::string text = R"({"id":)" + std::to_string(id) + "}";
    session->records(batch(stream, {text}));
  }
  void state(const Stream& stream, int id, std::uint64_t ticket) {
    session->state(stream, R"({"id":)" + std::to_string(id) + "}", ticket);
  }
  // What a reader of the messages has: "items 1 2" of each file when its BATCH comes, and the bookmarks of each STATE.
  std::vector<std::string> seen() const {
    std::vector<std::string> out;
    for (const std::string& line : lines_of(sink.text)) {
      const json::Document message = json::Document::parse(line);
      if (message.root().string("type") == "STATE") {
        out.emplace_back(message.root().member("value")->member("bookmarks")->text);
      } else if (message.root().string("type") == "BATCH") {
        const json::Node* manifest = message.root().member("manifest");
        EXPECT_EQ(manifest->count, 1U);
        std::string text(message.root().string("stream"));
        for (const std::string& held : lines_of(contents(std::string(manifest->items[0].text.substr(7))))) {
          text += " " + std::string(json::Document::parse(held).root().member("id")->text);
        }
        out.push_back(text);
      }
    }
    return out;
  }
};

TEST_F(Batches, AFileIsNamedWhenItIsFullAndAStateWaitsForIt) {
  open_plain(3);
  for (int id = 1; id <= 2; ++id) record(items, id);
  state(items, 2, 1);
  EXPECT_THAT(seen(), IsEmpty());
  EXPECT_EQ(session->flush(Flush::ask), 0U);
  session->records(batch(items, {R"({"id":3})", R"({"id":4})", R"({"id":5})", R"({"id":6})", R"({"id":7})"}));
  EXPECT_THAT(seen(), ElementsAre("items 1 2 3", "items 4 5 6", R"({"items":{"id":2}})"));
  EXPECT_EQ(session->flush(Flush::ask), 1U);
  state(items, 7, 2);
  EXPECT_EQ(session->flush(Flush::ask), 1U);
  EXPECT_EQ(session->flush(Flush::now), 2U);
  session->close(INTEG_OK);
  EXPECT_THAT(seen(),
              ElementsAre("items 1 2 3", "items 4 5 6", R"({"items":{"id":2}})", "items 7", R"({"items":{"id":7}})"));
  EXPECT_THAT(support::singer_run_faults(sink.text, {.complete = false}), IsEmpty());
  // The names of files hold the test's folder and the run's number.
  const std::regex names("file://[^\"]*/p-items-[0-9a-f]{16}-");
  expect_golden("singer_batches.jsonl", std::regex_replace(sink.text, names, "file:///p-items-RUN-"));
}

// A ticket says that all before it is safe, of whatever stream.
TEST_F(Batches, AStreamThatIsReadyDoesNotVouchForOneThatIsNot) {
  open_plain(2);
  record(items, 1);
  state(items, 1, 1);
  for (int id = 8; id <= 9; ++id) record(odd, id);
  state(odd, 9, 2);
  EXPECT_THAT(seen(), ElementsAre("a/b % 8 9", R"({"a/b %":{"id":9}})"));
  EXPECT_EQ(session->flush(Flush::ask), 0U);
  record(items, 2);
  EXPECT_EQ(session->flush(Flush::ask), 2U);
  EXPECT_EQ(seen().back(), R"({"a/b %":{"id":9},"items":{"id":1}})");
}

TEST_F(Batches, AStreamThatEndsHasItsRecordsNamedHoweverItEnds) {
  open_plain(100);
  for (const auto& [stream, status] : {std::pair{&items, "COMPLETE"}, std::pair{&odd, "INCOMPLETE"}}) {
    record(*stream, 1);
    state(*stream, 1, stream == &items ? 1 : 2);
    session->event(Event::stream_status, stream_status_json(*stream, status, 1));
  }
  EXPECT_THAT(seen(),
              ElementsAre("items 1", R"({"items":{"id":1}})", "a/b % 1", R"({"items":{"id":1},"a/b %":{"id":1}})"));
  EXPECT_EQ(session->flush(Flush::ask), 2U);
}

TEST_F(Batches, ARunThatIsInterruptedNamesWhatItAccepted) {
  open_plain(100);
  record(items, 1);
  state(items, 1, 1);
  session->close(INTEG_CANCELLED);
  EXPECT_THAT(seen(), ElementsAre("items 1", R"({"items":{"id":1}})"));
}

TEST_F(Batches, APathBelowThePipelinesFolderWillDoAndNamesNeedNoDecoding) {
  open(R"("encoding":{"compression":"gzip"},"batch_size":1,"storage":{"root":".","prefix":"p-"})");
  record(odd, 1);
  ASSERT_THAT(folder.files(), SizeIs(1));
  const std::string name = folder.files().front();
  EXPECT_THAT(name, ::testing::MatchesRegex("p-a_b__-[0-9a-f]{16}-00001[.]jsonl[.]gz"));
  EXPECT_THAT(
      lines_of(sink.text).back(),
      R"({"type":"BATCH","stream":"a/b %","encoding":{"format":"jsonl","compression":"gzip"},"manifest":["file://)" +
          folder.path(name) + "\"]}");
  EXPECT_THAT(contents(folder.path(name)), ::testing::StartsWith("\x1f\x8b"));
}

TEST_F(Batches, WhatIsWrongIsSaidBeforeTheFirstRequest) {
  const std::string encoding = R"("encoding":{"compression":"none"},"batch_size":1,)";
  expect_error(Kind::config, "file:///FOLDER",
               [&] { open(encoding + R"("storage":{"root":"s3://bucket","prefix":""})"); });
  expect_error(Kind::config, "absolute", [&] { open(encoding + R"("storage":{"root":"file://host/x","prefix":""})"); });
  expect_error(Kind::output, "nowhere", [&] { open(encoding + R"("storage":{"root":"nowhere","prefix":""})"); });
  options = json::Document::parse(R"({"activate_version":true,"batch_config":{}})");
  expect_error(Kind::config, "exclude each other", [&] {
    singer_adapter("")->open({.options = &options.root(), .sink = &sink, .sinks = sinks.get(), .log = nullptr});
  });
  EXPECT_THAT(folder.files(), IsEmpty());
}

}  // namespace
}  // namespace integ::protocol::testing
