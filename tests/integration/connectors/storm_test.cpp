#include "integration/connectors/connectors_test.hpp"

#include <gmock/gmock.h>

namespace integration {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class Storm : public ConnectorTest {
 protected:
  Storm() {
    connect("storm",
            R"({"url":")" + api.url("/Query/2.0") + R"(","user":"21","password":")" +
                std::string(fixture_api::Storm::password) + "\"}",
            {fixture_api::Storm::password, "MjE6Zml4dHVyZS1TdG9ybS0xYTJiM2M="});
  }
};

TEST_F(Storm, EveryStreamComesWholeWithItsObjects) {
  const Messages messages = read({"orders", "customers", "items"});
  EXPECT_EQ(messages.count("RECORD"), 30u);
  int with_lines = 0;
  int with_product = 0;
  for (const std::string& record : messages.records()) {
    with_lines += record.find(R"("Items":[{)") != std::string::npos;
    with_product += record.find(R"("Product":{)") != std::string::npos;
  }
  EXPECT_EQ(with_lines, 10);
  EXPECT_EQ(with_product, 10);
  EXPECT_EQ(parameters("/Query/2.0/Orders/Orders", "$expand").front(), "Items");
  EXPECT_EQ(parameters("/Query/2.0/Products/ProductSkus", "$expand").front(), "Product");
  EXPECT_EQ(parameters("/Query/2.0/Customers/Customers", "$expand").front(), "");
  EXPECT_THAT(parameters("/Query/2.0/Orders/Orders", "$select"), Each("")) << "nothing was selected";
}

TEST_F(Storm, SelectedFieldsAreAskedForAlsoInsideOfObjects) {
  const std::vector<std::string> records = pipeline("{items: {fields: [StatusId, /Product/ManufacturerPartNo]}}");
  EXPECT_THAT(records, SizeIs(10));
  const std::string path = "/Query/2.0/Products/ProductSkus";
  EXPECT_EQ(parameters(path, "$select").front(), "PartNo,StatusId,Updated") << "the key and the cursor as well";
  EXPECT_EQ(parameters(path, "$expand").front(), "Product($select=ManufacturerPartNo)");

  api.forget_requests();
  EXPECT_THAT(pipeline("{items: {fields: [StatusId]}}"), Each(Not(HasSubstr("Product\":"))));
  EXPECT_EQ(parameters(path, "$expand").front(), "");
  api.forget_requests();
  pipeline("{items: {fields: [Product]}}");
  EXPECT_EQ(parameters(path, "$expand").front(), "Product") << "all of it";
}

// A server's page that is gone by then begins the list anew, with the same window.
TEST_F(Storm, ARunThatWasCutGoesOnAtItsPage) {
  const std::string path = "/Query/2.0/Orders/Orders";
  api.fail(path, Fault::with_status(403).at(3).for_ever());
  folder.write("catalog.json", configured({{"orders", kIncremental}}));
  const Messages cut(run({"source", "storm", "read", "--config", "config.json", "--catalog", "catalog.json"}).out);
  EXPECT_EQ(cut.count("RECORD"), 8u);
  api.clear_faults();
  const Messages rest = read({"orders"}, cut.airbyte_state());
  EXPECT_EQ(rest.count("RECORD"), 2u);
  const std::string state = rest.states("orders").back();
  EXPECT_EQ(at(state, "/to"), at(cut.states("orders").back(), "/until"));
  EXPECT_EQ(at(state, "/next"), "");

  api.fail(path, Fault::with_status(400));
  EXPECT_EQ(read({"orders"}, cut.airbyte_state()).count("RECORD"), 10u);
}

// What never was updated has no Updated.
TEST_F(Storm, WhatWasCreatedAndNeverUpdatedIsFoundByTheNextRun) {
  const Messages first = read({"orders"});
  const std::string to = at(first.states("orders").back(), "/to");
  api.storm().records().put("Orders/Orders", fixture_api::Storm::order("77", to, ""));
  const Messages second = read({"orders"}, first.airbyte_state());
  EXPECT_THAT(second.texts("RECORD", "/record/data/Id"), ElementsAre("77"));
}

}  // namespace
}  // namespace integration
