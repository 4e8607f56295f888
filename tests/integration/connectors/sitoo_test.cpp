#include "integration/connectors/connectors_test.hpp"

#include <gmock/gmock.h>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

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
  std::vector<std::string> parameters_of_a_read(const std::string& name) {
    read({"orders"});
    std::vector<std::string> out = parameters(kSite1, name);
    api.forget_requests();
    return out;
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

// The API leaves out most of a record unless it is asked for by name.
TEST_F(Sitoo, AllFieldsAreAskedForWhereNothingIsSelected) {
  for (const std::string& record : read({"orders"}).records())
    EXPECT_THAT(record, HasSubstr(R"("currencycode":"SEK")"));
  EXPECT_THAT(parameters(kSite1, "fields").front(), StartsWith("orderid,eshopid,externalid,"));
  for (const std::string& record : read({"users!"}).records()) EXPECT_THAT(record, HasSubstr(R"("mobile":"070)"));
  EXPECT_THAT(parameters("/v2/accounts/1500/sites/1/users.json", "fields").front(), Not(HasSubstr("eshopid")));
}

// Oldest first, so that what comes while a run reads shifts no page, and each page is done with when it was read.
TEST_F(Sitoo, OrdersThatWereCutGoOnBehindTheirLastPage) {
  configure(R"(,"site_ids":[1])");
  EXPECT_THAT(parameters_of_a_read("sort"), Each("orderid"));
  api.fail(kSite1, Fault::with_status(400).at(2).for_ever());
  folder.write("catalog.json", configured({{"orders", kIncremental}}));
  const Messages cut(run({"source", "sitoo", "read", "--config", "config.json", "--catalog", "catalog.json"}).out);
  EXPECT_EQ(cut.texts("RECORD", "/record/data/orderid"), (std::vector<std::string>{"1003", "1005", "1007", "1009"}));
  api.clear_faults();
  const Messages rest = read({"orders"}, cut.airbyte_state());
  EXPECT_EQ(rest.texts("RECORD", "/record/data/orderid"),
            (std::vector<std::string>{"1011", "1013", "1015", "1017", "1019"}));
}

TEST_F(Sitoo, ASiteThatIsNamedTwiceIsReadOnce) {
  configure(R"(,"site_ids":[2,1,2])");
  EXPECT_EQ(read({"orders"}).count("RECORD"), 18u);
}

TEST_F(Sitoo, APasswordWithALineBreakIsToldBeforeItIsSent) {
  connect("sitoo",
          R"({"url":")" + api.url("/v2") + R"(","account_id":"1500","api_id":"1500-100","password":")" +
              std::string(fixture_api::Sitoo::password) + "\\n\"}",
          {fixture_api::Sitoo::password});
  EXPECT_THAT(check(), AllOf(StartsWith("FAILED: "), HasSubstr("/password"), HasSubstr("line break")));
  EXPECT_EQ(api.count(), 0u);
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
