// That the check which all tests put lines through (support/messages) finds what must not be in them.
#include "support.hpp"
#include "support/messages/message_check.hpp"

#include <iterator>

namespace integ::protocol::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string status(const std::string& status, const std::string& stream = "s") {
  return R"({"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":1700000000000,"stream_status":)"
         R"({"stream_descriptor":{"name":")" +
         stream + R"("},"status":")" + status + "\"}}}\n";
}
const std::string kRecord = R"({"type":"RECORD","record":{"stream":"s","emitted_at":1700000000000,"data":{"x":1e400}}})"
                            "\n";
std::string state(const std::string& count) {
  return R"({"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"s"},"stream_state":{}},)"
         R"("sourceStats":{"recordCount":)" +
         count + "}}}\n";
}
const std::string kRun = status("STARTED") + status("RUNNING") + kRecord + state("1.0") + status("COMPLETE");

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t found = text.find(what);
  EXPECT_NE(found, std::string::npos) << what;
  return text.replace(found, what.size(), with);
}

TEST(AirbyteMessages, AGoodRunHasNoFaults) {
  EXPECT_THAT(support::airbyte_run_faults(kRun, {}), IsEmpty());
  EXPECT_THAT(support::airbyte_run_faults(status("STARTED") + state("0.0") + status("COMPLETE"), {}), IsEmpty());
}

// All of the run is right but for one text.
TEST(AirbyteMessages, EachFaultIsFound) {
  const struct {
    const char* what;
    const char* with;
    const char* told;
  } faults[] = {
      {R"("emitted_at":1700000000000,"data")", R"("data")", "/record/emitted_at"},
      {R"("emitted_at":1700000000000,"data")", R"("emitted_at":1700000000.5,"data")", "/record/emitted_at"},
      {R"("emitted_at":1700000000000,"data")", R"("emitted_at":1700000000,"data")", "milliseconds"},
      {R"("emitted_at":1700000000000,"data")", R"("emitted_at":1700000000000,"namespace":null,"data")", "namespace"},
      {R"("emitted_at":1700000000000,"data")", R"("emitted_at":1700000000000,"namespace":"","data")", "namespace"},
      {R"("data":{"x":1e400})", R"("data":[])", "/record/data"},
      {R"("data":{"x":1e400})", R"("data":{},"more":1)", "/record/more"},
      {R"("type":"RECORD","record")", R"("type":"RECORD","state")", "/record"},
      {R"("type":"RECORD","record")", R"("type":"REKORD","record")", "REKORD"},
      {R"("recordCount":1.0)", R"("recordCount":1)", "decimal point"},
      {R"("recordCount":1.0)", R"("recordCount":"1.0")", "recordCount"},
      {R"("recordCount":1.0)", R"("recordCount":2.0)", "recordCount is not 1"},
      {R"("recordCount":1.0)", R"("recordCount":1.0,"rejected":0.0)", "rejected"},
      {R"("stream_state":{})", R"("stream_state":null)", "stream_state"},
      {R"({"type":"STREAM",)", R"({"type":"LEGACY",)", "/state/type"},
      {R"("status":"RUNNING")", R"("status":"STARTED")", "STARTED of a stream that is STARTED"},
      {R"("status":"RUNNING")", R"("status":"Running")", "/trace"},
      {R"("status":"COMPLETE")", R"("status":"RUNNING")", "s is RUNNING at the end"},
      {"\"}}}\n{\"type\":\"RECORD\"", "\"}}}\n\n{\"type\":\"RECORD\"", "no JSON"},
      {R"({"x":1e400})", R"({"x":NaN})", "no JSON"},
      {R"({"x":1e400})", "{\"x\":\"\xFF\"}", "no JSON"},
  };
  for (const auto& fault : faults) {
    EXPECT_THAT(support::airbyte_run_faults(replaced(kRun, fault.what, fault.with), {}),
                Contains(HasSubstr(fault.told)))
        << fault.what << " as " << fault.with;
  }
}

TEST(AirbyteMessages, OrderAndEndsOfStreams) {
  const auto faults = [](const std::string& lines) { return support::airbyte_run_faults(lines, {}); };
  EXPECT_THAT(faults(status("STARTED") + kRecord + state("1.0") + status("COMPLETE")),
              Contains(HasSubstr("a record of a stream that is STARTED")));
  EXPECT_THAT(faults(status("STARTED") + status("RUNNING") + kRecord + status("COMPLETE")),
              Contains(HasSubstr("COMPLETE before the last state")));
  EXPECT_THAT(faults(kRun + status("INCOMPLETE")), Contains(HasSubstr("INCOMPLETE of a stream that is COMPLETE")));
  EXPECT_THAT(faults(kRun + kRecord), Contains(HasSubstr("a record of a stream that is COMPLETE")));
  EXPECT_THAT(faults(kRun.substr(0, kRun.size() - 1)), Contains(HasSubstr("half a line")));
  const std::string half = kRun.substr(0, kRun.size() - 30);
  EXPECT_THAT(support::airbyte_run_faults(half, {.complete = false, .torn = true}), IsEmpty());
}

TEST(AirbyteMessages, ConfiguredCatalogs) {
  const std::string good =
      R"({"streams":[{"stream":{"name":"s","json_schema":{},"supported_sync_modes":["full_refresh"]},)"
      R"("sync_mode":"full_refresh","destination_sync_mode":"append"}]})";
  EXPECT_THAT(support::configured_catalog_faults(good), IsEmpty());
  EXPECT_THAT(support::configured_catalog_faults(replaced(good, R"(["full_refresh"])", "[]")),
              Contains(HasSubstr("supported_sync_modes")));
  EXPECT_THAT(support::configured_catalog_faults(replaced(good, R"("sync_mode":"full_refresh",)", "")),
              Contains(HasSubstr("sync_mode")));
}

const std::string kTap =
    R"({"type":"SCHEMA","stream":"s","schema":{"type":"object","properties":{"id":{"type":"integer"}}},)"
    R"("key_properties":["id"]})"
    "\n"
    R"({"type":"RECORD","stream":"s","record":{"id":7},"time_extracted":"2024-01-02T03:04:05.000000Z"})"
    "\n"
    R"({"type":"STATE","value":{"bookmarks":{"s":{}},"currently_syncing":null}})"
    "\n";

TEST(SingerMessages, AGoodRunHasNoFaults) {
  EXPECT_THAT(support::singer_run_faults(kTap, {}), IsEmpty());
  const std::string more = replaced(
      kTap, R"({"type":"RECORD","stream":"s",)",
      R"({"type":"ACTIVATE_VERSION","stream":"s","version":3})"
      "\n"
      R"({"type":"BATCH","stream":"s","encoding":{"format":"jsonl","compression":"gzip"},"manifest":["file:///a"]})"
      "\n"
      R"({"type":"RECORD","stream":"s","version":3,)");
  EXPECT_THAT(support::singer_run_faults(more, {}), IsEmpty());
}

TEST(SingerMessages, EachFaultIsFound) {
  const struct {
    const char* what;
    const char* with;
    const char* told;
  } faults[] = {
      {R"("key_properties":["id"])", R"("key_properties":["no"])", "a key that is no property"},
      {R"(,"key_properties":["id"])", "", "/key_properties"},
      {R"(,"properties":{"id":{"type":"integer"}})", "", "/schema/properties"},
      {R"({"type":"integer"})", R"({"$ref":"#/definitions/x"})", "$ref"},
      {R"({"id":7})", R"({"id":"7"})", "breaks its SCHEMA: /id"},
      {R"({"id":7})", "null", "/record"},
      {R"("record":{"id":7})", R"("record":{"id":7},"version":4)", "another version"},
      {R"("2024-01-02T03:04:05.000000Z")", R"("2024-01-02T03:04:05Z")", "/time_extracted"},
      {R"(,"currently_syncing":null)", "", "/value/currently_syncing"},
      {R"({"s":{}})", "[]", "/value/bookmarks"},
      {R"({"s":{}})", R"({"s":[]})", "/value/bookmarks"},
      {R"("type":"RECORD","stream":"s")", R"("type":"RECORD","stream":"t")", "RECORD before the SCHEMA"},
      {R"({"type":"RECORD")", "{\"type\":\"LOG\",\"log\":{}}\n{\"type\":\"RECORD\"", "LOG"},
      {"\n{\"type\":\"STATE\"", "\nstate\n{\"type\":\"STATE\"", "no JSON"},
  };
  for (const auto& fault : faults) {
    EXPECT_THAT(support::singer_run_faults(replaced(kTap, fault.what, fault.with), {}), Contains(HasSubstr(fault.told)))
        << fault.what << " as " << fault.with;
  }
}

TEST(SingerMessages, OrderAndEnds) {
  const auto faults = [](const std::string& lines) { return support::singer_run_faults(lines, {}); };
  const std::size_t record = kTap.find(R"({"type":"RECORD")");
  const std::size_t last = kTap.find(R"({"type":"STATE")");
  EXPECT_THAT(faults(kTap.substr(0, last)), Contains(HasSubstr("no STATE behind")));
  EXPECT_THAT(faults(kTap + kTap.substr(record, last - record)), Contains(HasSubstr("no STATE behind")));
  EXPECT_THAT(faults(kTap + kTap.substr(last)), Contains(HasSubstr("a STATE twice")));
  EXPECT_THAT(faults(kTap.substr(0, record) + kTap), Contains(HasSubstr("a SCHEMA twice")));
}

}  // namespace
}  // namespace integ::protocol::testing
