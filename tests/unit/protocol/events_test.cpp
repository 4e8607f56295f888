#include "protocol/events.hpp"

#include "support.hpp"

#include <rapidjson/document.h>

namespace integ::protocol::testing {
namespace {

TEST(Events, AreAsDocumented) {
  Error error = Error::of_status(INTEG_E_HTTP, "secret text", 503);
  Where where;
  where.stream = "orders";
  error.at(where);
  Selection selection;
  selection.fields = std::vector<std::string>{"/id"};
  selection.primary_key = {{"a", "b"}};
  selection.sync_id = 4;
  std::string all;
  for (const std::string& event : {
           stream_json(orders()),
           stream_status_json(orders(), "STARTED", 5),
           stream_status_json(make_stream("x"), "RUNNING", 5, 6),
           log_json({.level = Level::debug, .stream = "", .message = "m"}),
           error_json(error, "what a person reads", "shop", 7),
           error_json(Error(Kind::cancelled, "x"), "stopped", "", 7),
           estimate_json(make_stream("x"), 1, 2, 8),
           config_json(R"({"a":1})", 9),
           analytics_json("requests", "12", 9),
           selection_json(selection, "2024-01-02T03:04:05.000000Z"),
           selection_json({}, ""),
           connection_status_json(false, "no"),
           catalog_json({}),
           spec_json({}),
       }) {
    rapidjson::Document parsed;
    EXPECT_FALSE(parsed.Parse(event.c_str(), event.size()).HasParseError()) << event;
    all += event + "\n";
  }
  EXPECT_EQ(all.find("null"), std::string::npos);
  EXPECT_EQ(all.find("secret text"), std::string::npos) << "only the masked message goes out";
  expect_golden("events.jsonl", all);
}

}  // namespace
}  // namespace integ::protocol::testing
