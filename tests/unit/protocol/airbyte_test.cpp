#include "protocol/builtin.hpp"
#include "protocol/events.hpp"
#include "support.hpp"
#include "support/messages/message_check.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Airbyte : public ::testing::Test {
  MemorySink sink;
  std::unique_ptr<Session> session =
      airbyte_adapter()->open({.options = nullptr, .sink = &sink, .sinks = nullptr, .log = nullptr});

  std::string last_line() const { return lines_of(sink.text).back(); }
};

TEST_F(Airbyte, AReadAsAPlatformSeesIt) {
  const Stream shop_orders = orders();
  const Stream items = make_stream("items");
  session->stream(shop_orders, {});
  session->stream(items, {});
  session->event(Event::stream_status, stream_status_json(shop_orders, "STARTED", 1));
  session->event(Event::stream_status, stream_status_json(items, "STARTED", 2));
  session->event(Event::estimate, estimate_json(shop_orders, 3, std::nullopt, 2));
  session->event(Event::stream_status, stream_status_json(shop_orders, "RUNNING", 3));
  session->records(batch(shop_orders, {R"({"id":1})", R"({"id": 2, "n":1.10})"}));
  session->records(batch(shop_orders, {R"({"id":18446744073709551617})"}));
  session->state(shop_orders, R"({"updated_at":"2024-01-01"})", 1);
  session->event(Event::stream_status, stream_status_json(shop_orders, "RUNNING", 4, 1'700'000'000'000));
  session->state(shop_orders, R"({"updated_at":"2024-01-02"})", 2);
  session->event(Event::log, log_json({.level = Level::warn, .stream = "items", .message = "slow \"server\"\n"}));
  session->state(items, "null", 3);
  session->event(Event::stream_status, stream_status_json(shop_orders, "COMPLETE", 5));
  Where where;
  where.stream = "items";
  where.request = "GET http://127.0.0.1/items?key=***";
  Error error = Error::of_status(INTEG_E_HTTP, "the server answered 500", 500);
  error.at(where);
  session->event(Event::error, error_json(error, "stream items: the server answered 500", "", 6));
  session->event(Event::stream_status, stream_status_json(items, "INCOMPLETE", 7));
  session->event(Event::config, config_json(R"({"token":"new"})", 8));
  session->event(Event::analytics, analytics_json("integ-requests", "12", 9));
  EXPECT_EQ(session->flush(Flush::now), 3U);
  session->close(INTEG_OK);

  EXPECT_THAT(support::airbyte_line_faults(sink.text), IsEmpty());
  expect_golden("airbyte_read.jsonl", sink.text);
}

TEST_F(Airbyte, SpecCheckAndDiscover) {
  ConnectorInfo connector;
  connector.name = "shop";
  connector.version = "1.2.3";
  connector.documentation_url = "https://example.com/docs";
  connector.config_schema =
      "{\n  \"type\": \"object\",\r\n  \"properties\": {\"token\": {\"airbyte_secret\": true}}\n}";
  connector.annotations = R"({"airbyte":{"advanced_auth":{"auth_flow_type":"oauth2.0"}},"other":{"x":1}})";
  Stream keyed = orders();
  Stream chosen = make_stream("chosen");
  chosen.incremental = true;
  chosen.custom_iterate_by = true;
  chosen.custom_primary_key = true;
  chosen.primary_key = {{"/id", 0}};
  chosen.iterate_by = {{"/meta/at", 0}};
  Stream nested = make_stream("nested");
  nested.resumable = true;
  nested.primary_key = {{"/a~1b/id", 0}, {"/c", 0}};
  nested.annotations = R"({"airbyte":{"is_file_based":false}})";
  connector.streams = {keyed, chosen, nested, make_stream("plain", "")};

  session->event(Event::spec, spec_json(connector));
  session->event(Event::connection_status, connection_status_json(true, ""));
  session->event(Event::connection_status, connection_status_json(false, "401 Unauthorized"));
  session->event(Event::catalog, catalog_json(connector.streams));
  session->close(INTEG_OK);

  EXPECT_THAT(support::airbyte_line_faults(sink.text), IsEmpty());
  expect_golden("airbyte_spec_check_discover.jsonl", sink.text);
}

TEST_F(Airbyte, RecordsAreCopiedByteForByte) {
  const Stream stream = make_stream("s");
  session->stream(stream, {});
  const std::vector<std::string> records{
      R"({ "a" : 0.30000000000000004 , "b":1e400,"c":18446744073709551617, "d":"\ud83d\ude00\u0000\ud800é" })",
      "{\"tab\":\t\"\x7F\xFF\xFE\"}",  // not UTF-8: whoever let it pass meant it to
      std::string("{\"nul\":\"") + '\0' + "\"}",
      "{}",
  };
  Batch made = batch(stream, {});
  made.records.assign(records.begin(), records.end());
  session->records(made);
  std::string expected;
  for (const std::string& record : records) {
    expected += R"({"type":"RECORD","record":{"stream":"s","emitted_at":1704164645006,"data":)" + record + "}}\n";
  }
  EXPECT_EQ(sink.text, expected);
}

TEST_F(Airbyte, CountsOfAStateAreItsStreamsOwnSinceTheLast) {
  const Stream one = make_stream("one");
  const Stream two = make_stream("two");
  session->stream(one, {});
  session->stream(two, {});
  session->records(batch(one, {"{}", "{}"}));
  session->records(batch(two, {"{}"}));
  session->state(one, R"({"x":1})", 1);
  EXPECT_THAT(last_line(), EndsWith(R"("sourceStats":{"recordCount":2.0}}})"));
  session->stream(one, {});  // its schema changed in between
  session->records(batch(one, {"{}"}));
  session->state(two, R"({"x":1})", 2);
  EXPECT_THAT(last_line(), EndsWith(R"("sourceStats":{"recordCount":1.0}}})"));
  session->state(one, R"({"x":2})", 3);
  EXPECT_THAT(last_line(), EndsWith(R"("sourceStats":{"recordCount":1.0}}})"));
  session->state(one, R"({"x":2})", 4);
  EXPECT_THAT(last_line(), EndsWith(R"("sourceStats":{"recordCount":0.0}}})"));
}

TEST_F(Airbyte, AStateIsHandedOnAtOnceAndConfirmedAtTheNextFlush) {
  const Stream stream = make_stream("s");
  session->stream(stream, {});
  EXPECT_EQ(session->flush(Flush::ask), 0U);
  session->records(batch(stream, {"{}"}));
  EXPECT_LT(sink.flushed, sink.text.size());
  session->state(stream, "{}", 7);
  EXPECT_EQ(sink.flushed, sink.text.size());
  EXPECT_EQ(session->flush(Flush::ask), 7U);
  EXPECT_EQ(session->flush(Flush::now), 7U);
}

TEST_F(Airbyte, AStateOfSeveralLinesIsOneLine) {
  const Stream stream = make_stream("s");
  session->stream(stream, {});
  session->state(stream, "{\n  \"x\": \"a\\nb\",\r\n  \"y\": 1.50\n}", 1);
  EXPECT_THAT(support::airbyte_line_faults(sink.text), IsEmpty());
  EXPECT_EQ(lines_of(sink.text).size(), 1U);
  EXPECT_THAT(sink.text, HasSubstr(R"("stream_state":{"x":"a\nb","y":1.50})"));
}

TEST_F(Airbyte, DataOfAStreamThatWasNotAnnouncedIsOurOwnFault) {
  const Stream stream = make_stream("s");
  expect_error(Kind::internal, "announced", [&] { session->records(batch(stream, {"{}"})); });
}

TEST_F(Airbyte, NamesAreEscaped) {
  Stream stream = make_stream("a\"b\\c");
  stream.name_space = "n\ns";
  session->stream(stream, {});
  session->records(batch(stream, {"{}"}));
  session->state(stream, "{}", 1);
  EXPECT_THAT(support::airbyte_line_faults(sink.text), IsEmpty());
  EXPECT_THAT(sink.text, HasSubstr(R"("stream":"a\"b\\c","namespace":"n\ns")"));
}

}  // namespace
}  // namespace integ::protocol::testing
