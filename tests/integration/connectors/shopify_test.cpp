#include "integration/connectors/connectors_test.hpp"

#include <gmock/gmock.h>

namespace integration {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using fixture_api::json_text;

const std::string kOrders = "/admin/api/2026-07/orders.json";

class Shopify : public ConnectorTest {
 protected:
  Shopify() { configure(""); }
  void configure(const std::string& more) {
    connect("shopify",
            R"({"url":")" + api.url() + R"(","access_token":")" + std::string(fixture_api::Shopify::access_token) +
                "\"" + more + "}",
            {fixture_api::Shopify::access_token});
  }
  fixture_api::Records& shop() { return api.shopify().records(); }
};

TEST_F(Shopify, EveryStreamComesWhole) {
  const Messages messages = read({"customers", "orders", "products", "locations!", "inventory_levels"});
  EXPECT_EQ(messages.count("RECORD"), 42u);
  EXPECT_THAT(parameters(kOrders, "status"), ElementsAre("any", "", ""));  // a next link carries all there is
  EXPECT_THAT(parameters("/admin/api/2026-07/customers.json", "status"), Each(""));
  EXPECT_THAT(parameters(kOrders, "limit"), Each("250"));
}

// Two runs, a window each: what changes while the first one reads is the second one's.
TEST_F(Shopify, WindowsEndWhenTheRunBeginsAndOverlap) {
  shop().put("orders", fixture_api::Record{{"id", "299"}, {"updated_at", json_text("2999-01-01T00:00:00Z")}});
  const Messages first = read({"orders"});
  EXPECT_THAT(first.texts("RECORD", "/record/data/id"), Not(Contains("299")));
  const std::string to = at(first.states("orders").back(), "/to");
  EXPECT_EQ(parameters(kOrders, "updated_at_max").front(), to);
  EXPECT_EQ(parameters(kOrders, "updated_at_min").front(), "");
  api.forget_requests();
  read({"orders"}, first.airbyte_state());
  EXPECT_LT(parameters(kOrders, "updated_at_min").front(), to) << "it looks back";
  EXPECT_GT(parameters(kOrders, "updated_at_min").front(), "2026-01-31");
  EXPECT_GE(parameters(kOrders, "updated_at_max").front(), to);
}

TEST_F(Shopify, TheFirstRunBeginsAtTheStartDate) {
  configure(R"(,"start_date":"2026-01-08T00:00:00Z","api_version":"2026-04")");
  EXPECT_EQ(read({"orders"}).count("RECORD"), 3u);
  EXPECT_THAT(parameters("/admin/api/2026-04/orders.json", "updated_at_min"), ElementsAre("2026-01-08T00:00:00Z"));
}

TEST_F(Shopify, OnlySelectedFieldsAreAskedFor) {
  const std::vector<std::string> records = pipeline("{orders: {fields: [name, total_price]}}");
  EXPECT_THAT(records, SizeIs(10));
  EXPECT_THAT(records, Each(Not(HasSubstr("line_items"))));
  EXPECT_EQ(parameters(kOrders, "fields").front(), "id,name,updated_at,total_price")
      << "the key and the cursor as well";
  api.forget_requests();
  EXPECT_THAT(pipeline("[products]"), SizeIs(10));
  EXPECT_EQ(parameters("/admin/api/2026-07/products.json", "fields").front(), "") << "nothing was selected";
}

// The state of a run that was cut names a page that Shopify has forgotten since.
TEST_F(Shopify, AForgottenPageBeginsTheWindowAnew) {
  api.fail(kOrders, Fault::with_status(400).at(3).for_ever());
  folder.write("catalog.json", configured({{"orders", kIncremental}}));
  const Messages cut(run({"source", "shopify", "read", "--config", "config.json", "--catalog", "catalog.json"}).out);
  EXPECT_EQ(cut.count("RECORD"), 8u);
  EXPECT_NE(at(cut.states("orders").back(), "/next"), "");
  api.clear_faults();
  api.shopify().forget_pages();
  const Messages rest = read({"orders"}, cut.airbyte_state());
  EXPECT_EQ(rest.count("RECORD"), 10u);
  EXPECT_THAT(rest.texts("LOG", "/log/message"), Contains(HasSubstr("begins anew")));
  EXPECT_EQ(at(rest.states("orders").back(), "/to"), at(cut.states("orders").back(), "/until"));
  EXPECT_EQ(at(rest.states("orders").back(), "/next"), "");
}

// Inventory, too, goes on at the page of its location.
TEST_F(Shopify, InventoryThatWasCutGoesOnAtItsPage) {
  const std::string path = "/admin/api/2026-07/inventory_levels.json";
  api.fail(path, Fault::with_status(403).at(2));
  folder.write("catalog.json", configured({{"inventory_levels", kIncremental}}));
  folder.write("options.json", R"({"concurrency": 1})");
  const Messages cut(run({"source", "shopify", "read", "--config", "config.json", "--catalog", "catalog.json",
                          "--options", "options.json"})
                         .out);
  EXPECT_THAT(cut.states("inventory_levels").back(), HasSubstr("page_info"));
  api.forget_requests();
  const Messages rest = read({"inventory_levels"}, cut.airbyte_state());
  EXPECT_EQ(cut.count("RECORD") + rest.count("RECORD"), 10u) << "none was read twice";
  EXPECT_THAT(parameters(path, "page_info"), Contains(Not("")));
}

TEST_F(Shopify, ATokenThatMayReadSomeStreamPassesTheCheck) {
  api.fail("/admin/api/2026-07/customers.json", Fault::with_status(403).for_ever());
  EXPECT_EQ(check(), "SUCCEEDED");
}

TEST_F(Shopify, AWrongSettingIsToldInWords) {
  configure(R"(,"api_version":"2026-08")");
  EXPECT_EQ(check(), "FAILED: config.json: /api_version: must be a quarter, 2026-07 say, or unstable");
  for (const std::string url : {" https://a.example", "https://a.example\\n", "https://a.example?x=1", "a.example"}) {
    connect("shopify", R"({"access_token":"t","url":")" + url + "\"}", {});
    EXPECT_THAT(check(), StartsWith("FAILED: config.json: /url: must be an http:// or https:// URL")) << url;
  }
  EXPECT_EQ(api.count(), 0u);
}

// What a run asks for ends with its own time: a replay has another one.
TEST_F(Shopify, ARecordingIsReplayedLater) {
  folder.write("catalog.json", configured({{"orders", kIncremental}, {"customers", kIncremental}}));
  const auto with_tape = [&](const std::string& option) {
    return run(
        {"source", "shopify", "read", "--config", "config.json", "--catalog", "catalog.json", option, "tape.jsonl"});
  };
  const Outcome recorded = with_tape("--record");
  EXPECT_EQ(recorded.exit_code, 0) << recorded;
  api.forget_requests();
  const Outcome replayed = with_tape("--replay");
  EXPECT_EQ(replayed.exit_code, 0) << replayed << replayed.out;
  EXPECT_EQ(Messages(replayed.out).count("RECORD"), 20u);
  EXPECT_EQ(api.count(), 0u);
}

TEST_F(Shopify, InventoryIsReadALocationEach) {
  const Messages first = read({"inventory_levels"});
  EXPECT_EQ(first.count("RECORD"), 10u);
  shop().put("locations", fixture_api::Record{{"id", "403"}, {"name", json_text("New")}});
  shop().put("inventory_levels", fixture_api::Record{{"inventory_item_id", "999"},
                                                     {"location_id", "403"},
                                                     {"available", "1"},
                                                     {"updated_at", json_text("2026-01-01T00:00:00Z")}});
  const Messages second = read({"inventory_levels"}, first.airbyte_state());
  EXPECT_THAT(second.texts("RECORD", "/record/data/inventory_item_id"), ElementsAre("999"))
      << "a new location comes whole, the others with what changed";
}

// Three requests fill what is left of a bucket that others use, too: the fourth waits instead of being refused.
TEST_F(Shopify, TheBucketOfTheShopIsRespected) {
  const auto full = [](const fixture_api::Request& request) {
    fixture_api::Response page;
    page.body =
        R"({"orders":[{"id":)" + std::string(request.parameter("p")) + R"(1,"updated_at":"2026-01-01T00:00:00Z"}]})";
    page.headers = {{"X-Shopify-Shop-Api-Call-Limit", "40/40"}};
    if (request.parameter("p").empty()) {
      page.headers.emplace_back("Link", "<" + request.path + "?p=2>; rel=\"next\"");
    }
    return page;
  };
  api.set_handler(kOrders, full);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(read({"orders"}).count("RECORD"), 2u);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(500))
      << "a full bucket leaks two a second";
}

}  // namespace
}  // namespace integration
