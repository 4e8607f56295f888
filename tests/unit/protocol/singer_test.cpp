#include "protocol/builtin.hpp"
#include "protocol/catalogs.hpp"
#include "protocol/events.hpp"
#include "support.hpp"
#include "support/messages/message_check.hpp"

#include <regex>

namespace integ::protocol::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct Singer : public ::testing::Test {
  MemorySink sink;
  Stream shop_orders = orders();
  Stream items = make_stream("items");
  std::unique_ptr<Session> session = open("");

  std::unique_ptr<Session> open(const std::string& value) {
    return singer_adapter(value)->open({.options = nullptr, .sink = &sink, .sinks = nullptr, .log = nullptr});
  }
  void status(const Stream& stream, std::string_view status) {
    session->event(Event::stream_status, stream_status_json(stream, status, 1));
  }
  std::string last_line() const { return lines_of(sink.text).back(); }
  std::size_t count(std::string_view start) const {
    std::size_t found = 0;
    for (const std::string& line : lines_of(sink.text)) found += line.starts_with(start) ? 1U : 0U;
    return found;
  }
  static Selection incremental() {
    Selection selection;
    selection.sync_mode = SyncMode::incremental;
    return selection;
  }
};

TEST_F(Singer, StreamsThatAreReadAnewHaveAVersionWhereThatIsAskedFor) {
  const json::Document options = json::Document::parse(R"({"activate_version":true})");
  session = singer_adapter("")->open({.options = &options.root(), .sink = &sink, .sinks = nullptr, .log = nullptr});
  Stream resumed = make_stream("resumed");
  Selection resumes;
  resumes.resumes = true;
  session->stream(shop_orders, incremental());
  session->stream(items, {});
  session->stream(resumed, resumes);
  for (const Stream* stream : {&shop_orders, &items, &resumed}) session->records(batch(*stream, {R"({"id":1})"}));
  status(items, "COMPLETE");
  EXPECT_THAT(support::singer_run_faults(sink.text, {.complete = false}), IsEmpty());
  std::string version;
  std::vector<std::string> order;
  for (const std::string& line : lines_of(sink.text)) {
    const json::Document message = json::Document::parse(line);
    const std::string type(message.root().string("type"));
    const json::Node* given = message.root().member("version");
    if (message.root().string("stream") != "items") {
      EXPECT_EQ(given, nullptr) << line;
      continue;
    }
    order.push_back(type);
    if (type == "SCHEMA") continue;
    ASSERT_NE(given, nullptr) << line;
    if (version.empty()) version = given->text;
    EXPECT_EQ(given->text, version) << line;
  }
  EXPECT_THAT(order, ::testing::ElementsAre("SCHEMA", "ACTIVATE_VERSION", "RECORD", "ACTIVATE_VERSION"));
  expect_golden("singer_versions.jsonl", std::regex_replace(sink.text, std::regex(version), "VERSION"));
}

TEST_F(Singer, ARunAsATargetSeesIt) {
  session = open(
      R"({"bookmarks":{"gone":{"x":1.10},"shop-orders":{"updated_at":"old"}},"currently_syncing":"gone","theirs":["é",1]})");
  session->stream(shop_orders, incremental());
  session->stream(items, {});
  status(shop_orders, "STARTED");
  status(items, "STARTED");
  session->event(Event::log, log_json({.level = Level::info, .stream = "items", .message = "for people"}));
  session->records(batch(shop_orders, {R"({"id":1})", R"({"id": 2, "n":1.10})"}));
  session->state(shop_orders, R"({"updated_at":"2024-01-01"})", 1);
  session->state(shop_orders, R"({"updated_at":"2024-01-01"})", 2);
  status(items, "COMPLETE");
  session->state(shop_orders, R"({"updated_at":"2024-01-02"})", 3);
  status(shop_orders, "COMPLETE");
  session->event(Event::connection_status, connection_status_json(true, ""));
  EXPECT_EQ(session->flush(Flush::now), 3U);
  session->close(INTEG_OK);

  EXPECT_THAT(support::singer_run_faults(sink.text, {.complete = false}), IsEmpty());
  expect_golden("singer_run.jsonl", sink.text);
}

TEST_F(Singer, DiscoveryIsOneDocument) {
  Stream nested = make_stream(
      "nested", R"({"properties":{"a":{"type":"object","properties":{"id":{},"x":{}}},"b":{"$ref":"#/definitions/b"}},)"
                R"("definitions":{"b":{"type":"array","items":{"properties":{"c":{}}}}}})");
  nested.primary_key = {{"/a/id", 0}};
  session->event(Event::catalog, catalog_json({shop_orders, items, nested}));
  session->close(INTEG_OK);
  EXPECT_EQ(lines_of(sink.text).size(), 1U);
  EXPECT_THAT(sink.text, Not(HasSubstr("$ref")));
  expect_golden("singer_discovery.json", sink.text);
}

// Such a stream goes on by a state that is no column: neither word would be true of it.
TEST_F(Singer, WithoutAReplicationKeyNothingIsForced) {
  items.incremental = true;
  session->event(Event::catalog, catalog_json({items}));
  session->close(INTEG_OK);
  EXPECT_THAT(sink.text, AllOf(HasSubstr(R"("valid-replication-keys":[])"), Not(HasSubstr("replication-method"))));
  const Catalog back = singer_catalog(sink.text, "catalog.json", {items});
  EXPECT_EQ(back.streams.at(0).selection.sync_mode, SyncMode::incremental);
}

TEST_F(Singer, SchemaComesOnceBeforeRecordsAndAgainWhenItChanged) {
  session->stream(items, {});
  session->records(batch(items, {"{}"}));
  session->stream(items, {});
  session->records(batch(items, {"{}"}));
  EXPECT_EQ(count(R"({"type":"SCHEMA")"), 1U);
  items.json_schema = R"({"properties":{"id":{},"new":{}}})";
  session->stream(items, {});
  session->records(batch(items, {"{}"}));
  EXPECT_EQ(count(R"({"type":"SCHEMA")"), 2U);
  EXPECT_THAT(support::singer_run_faults(sink.text, {.complete = false}), IsEmpty());
}

TEST_F(Singer, AStreamWithoutRecordsHasItsSchemaAndTheRunItsState) {
  session->stream(items, {});
  session->close(INTEG_OK);
  EXPECT_EQ(
      sink.text,
      R"({"type":"SCHEMA","stream":"items","schema":{"type":"object","properties":{"id":{"type":"integer"}}},"key_properties":[]})"
      "\n"
      R"({"type":"STATE","value":{"bookmarks":{},"currently_syncing":null}})"
      "\n");
}

TEST_F(Singer, NothingIsWrittenByAStartThatFailed) {
  session->stream(items, {});
  session->close(INTEG_E_CONFIG);
  EXPECT_THAT(sink.text, IsEmpty());
}

TEST_F(Singer, CurrentlySyncingIsTheLatestStreamThatIsNotComplete) {
  session->stream(items, {});
  session->stream(shop_orders, {});
  status(items, "STARTED");
  EXPECT_THAT(last_line(), HasSubstr(R"("currently_syncing":"items")"));
  status(shop_orders, "STARTED");
  EXPECT_THAT(last_line(), HasSubstr(R"("currently_syncing":"shop-orders")"));
  status(shop_orders, "COMPLETE");
  session->state(items, R"({"p":1})", 1);
  EXPECT_THAT(last_line(), HasSubstr(R"("currently_syncing":"items")"));
  status(items, "INCOMPLETE");
  session->close(INTEG_CANCELLED);  // the next run begins with items
  EXPECT_THAT(last_line(), HasSubstr(R"("currently_syncing":"items")"));
  EXPECT_THAT(support::singer_run_faults(sink.text, {.complete = false}), IsEmpty());
}

TEST_F(Singer, TheEndHasNoCurrentStreamAndAStateIsNotRepeated) {
  session->stream(items, {});
  status(items, "STARTED");
  session->state(items, R"({"p":1})", 1);
  session->state(items, R"({"p":1})", 2);
  EXPECT_EQ(count(R"({"type":"STATE")"), 2U);
  EXPECT_EQ(session->flush(Flush::ask), 2U);  // the same value, and safe all the same
  status(items, "COMPLETE");
  session->close(INTEG_OK);
  EXPECT_EQ(last_line(), R"({"type":"STATE","value":{"bookmarks":{"items":{"p":1}},"currently_syncing":null}})");
}

TEST_F(Singer, AStreamWithNothingNewKeepsItsBookmark) {
  session = open(R"({"bookmarks":{"items":{"p":7}}})");
  session->stream(items, {});
  session->state(items, "null", 1);
  session->close(INTEG_OK);
  EXPECT_EQ(last_line(), R"({"type":"STATE","value":{"bookmarks":{"items":{"p":7}},"currently_syncing":null}})");
}

TEST_F(Singer, KeysAreTopLevelNamesOrNone) {
  shop_orders.primary_key = {{"/id", 0}, {"/customer/name", 0}};
  shop_orders.iterate_by = {{"/customer/email", 0}};
  session->stream(shop_orders, incremental());
  session->close(INTEG_OK);
  EXPECT_THAT(sink.text, HasSubstr(R"("key_properties":[]})"));
  EXPECT_THAT(sink.text, Not(HasSubstr("bookmark_properties")));
}

TEST_F(Singer, AKeyOfTheCatalogueReplacesTheStreamsOwn) {
  Selection selection = incremental();
  selection.primary_key = {{"a"}, {"b"}};
  selection.cursor_field = {"c"};
  session->stream(shop_orders, selection);
  session->close(INTEG_OK);
  EXPECT_THAT(sink.text, HasSubstr(R"("key_properties":["a","b"],"bookmark_properties":["c"])"));
}

TEST_F(Singer, RecordsAreCopiedByteForByte) {
  session->stream(items, {});
  const std::string record = "{ \"a\":1e400 , \"b\":\"\\ud800\t\xFF\x01\" }";
  session->records(batch(items, {record}));
  EXPECT_EQ(last_line(), R"({"type":"RECORD","stream":"items","record":)" + record +
                             R"(,"time_extracted":"2024-01-02T03:04:05.006000Z"})");
}

TEST_F(Singer, EachStateIsHandedOnAtOnce) {
  session->stream(items, {});
  session->records(batch(items, {"{}"}));
  session->state(items, "{\n\"p\":\r\n1}", 4);
  EXPECT_EQ(sink.flushed, sink.text.size());
  EXPECT_EQ(session->flush(Flush::ask), 4U);
  EXPECT_THAT(last_line(), StartsWith(R"({"type":"STATE","value":{"bookmarks":{"items":{"p":1}})"));
}

}  // namespace
}  // namespace integ::protocol::testing
