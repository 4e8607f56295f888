#include "integration/connectors/connectors_test.hpp"

#include <gmock/gmock.h>

namespace integration {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kSite1 = "/v2/accounts/1500/sites/1/orders.json";

class Sitoo : public ConnectorTest {
 protected:
  Sitoo() { configure(""); }
  void configure(const std::string& more) {
    connect("sitoo",
            R"({"url":")" + api.url("/v2") + R"(","account_id":"1500","api_id":"1500-100","password":")" +
                std::string(fixture_api::Sitoo::password) + "\"" + more + "}",
            {fixture_api::Sitoo::password, "MTUwMC0xMDA6Zml4dHVyZS1TaXRvby00YzNiMmE="});
  }
};

TEST_F(Sitoo, WithoutSitesAllOfTheAccountAreRead) {
  const Messages messages = read({"orders", "users!"});
  EXPECT_EQ(messages.count("RECORD"), 36u);
  EXPECT_EQ(api.count("/v2/accounts/1500/sites.json"), 2u) << "once a stream";
}

TEST_F(Sitoo, ANamedSiteIsReadAlone) {
  configure(R"(,"site_ids":[2],"page_size":3)");
  const Messages messages = read({"orders", "users!"});
  EXPECT_THAT(messages.texts("RECORD", "/record/data/eshopid"), Each("2"));
  EXPECT_EQ(messages.count("RECORD"), 18u);
  EXPECT_EQ(api.count("/v2/accounts/1500/sites.json"), 0u);
  EXPECT_THAT(parameters("/v2/accounts/1500/sites/2/users.json", "num"), Each("3"));
  EXPECT_THAT(parameters("/v2/accounts/1500/sites/2/users.json", "start"),
              ::testing::UnorderedElementsAre("0", "3", "6"));
}

TEST_F(Sitoo, UsersOfTwoSitesAreTold) {
  const std::vector<std::string> sites = read({"users!"}).texts("RECORD", "/record/data/eshopid");
  EXPECT_EQ(std::count(sites.begin(), sites.end(), "1"), 9);
  EXPECT_EQ(std::count(sites.begin(), sites.end(), "2"), 9);
}

// Each site has its own highest order.
TEST_F(Sitoo, OrdersGoOnBehindTheHighestOfTheirSite) {
  const Messages first = read({"orders"});
  api.forget_requests();
  read({"orders"}, first.airbyte_state());
  EXPECT_THAT(parameters(kSite1, "orderidfrom"), ElementsAre("1020"));
  EXPECT_THAT(parameters("/v2/accounts/1500/sites/2/orders.json", "orderidfrom"), ElementsAre("1021"));
}

TEST_F(Sitoo, OnlySelectedFieldsAreAskedFor) {
  const std::vector<std::string> records = pipeline("{orders: {fields: [email]}}");
  EXPECT_THAT(records, SizeIs(18));
  EXPECT_THAT(records, Each(Not(HasSubstr("moneytotal"))));
  EXPECT_EQ(parameters(kSite1, "fields").front(), "orderid,email");

  const std::vector<std::string> users = pipeline("{users: {fields: [email]}}");
  EXPECT_THAT(users, Each(HasSubstr("eshopid"))) << "ours, and part of the key";
  EXPECT_EQ(parameters("/v2/accounts/1500/sites/2/users.json", "fields").front(), "userid,email");
}

}  // namespace
}  // namespace integration
