// What holds for every connector that needs a login, whichever way its API goes.
#include "integration/connectors/connectors_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using fixture_api::json_text;

// One connector and the stream of its that the tests read.
struct Api {
  std::string connector;
  std::string_view secret;
  std::string settings;    // the configuration but for url and the secret, with a comma in front of each
  std::string base;        // path of the URL
  std::string secret_key;  // in the configuration
  std::string stream;
  std::string key;  // pointer into a record
  std::string path;
  std::size_t records;
  std::vector<std::pair<std::string, std::string>> throttled;  // headers of a throttled answer
  // Makes a record that a run which goes on from that time has to find, and answers its key.
  std::function<std::string(FixtureApi&, const std::string& since)> change;
};

const std::vector<Api>& apis() {
  static const std::vector<Api> all{
      {"shopify",
       fixture_api::Shopify::access_token,
       "",
       "",
       "access_token",
       "orders",
       "/id",
       "/admin/api/2026-07/orders.json",
       10,
       {{"Retry-After", "1.0"}, {"X-Shopify-Shop-Api-Call-Limit", "40/40"}},
       [](FixtureApi& api, const std::string& since) {
         api.shopify().records().put("orders", fixture_api::Record{{"id", "205"}, {"updated_at", json_text(since)}});
         return std::string("205");
       }},
      {"klaviyo",
       fixture_api::Klaviyo::api_key,
       R"(,"list_id":"l1")",
       "/api",
       "api_key",
       "profiles",
       "/id",
       "/api/profiles",
       10,
       {{"Retry-After", "1"}, {"RateLimit-Limit", "75"}, {"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "1"}},
       [](FixtureApi& api, const std::string& since) {
         api.klaviyo().records().put("profiles", fixture_api::Klaviyo::resource("profile", "p5", "updated", since));
         return std::string("p5");
       }},
      {"sitoo",
       fixture_api::Sitoo::password,
       R"(,"account_id":"1500","api_id":"1500-100","site_ids":[1,2])",
       "/v2",
       "password",
       "orders",
       "/orderid",
       "/v2/accounts/1500/sites/1/orders.json",
       18,
       {{"Retry-After", "1"}},
       [](FixtureApi& api, const std::string&) {
         api.sitoo().records().put("2/orders", fixture_api::Sitoo::order(2, 1999));
         return std::string("1999");
       }},
      {"storm",
       fixture_api::Storm::password,
       R"(,"user":"21")",
       "/Query/2.0",
       "password",
       "orders",
       "/Id",
       "/Query/2.0/Orders/Orders",
       10,
       {{"Retry-After", "1"}},
       [](FixtureApi& api, const std::string& since) {
         api.storm().records().put("Orders/Orders", fixture_api::Storm::order("5", "2026-01-05T12:00:00Z", since));
         return std::string("5");
       }},
  };
  return all;
}

class EveryConnector : public ConnectorTest, public ::testing::WithParamInterface<Api> {
 protected:
  EveryConnector() { log_in(std::string(GetParam().secret)); }
  void log_in(const std::string& secret) {
    connect(GetParam().connector,
            R"({"url":")" + api.url(GetParam().base) + R"(",")" + GetParam().secret_key + R"(":")" + secret + "\"" +
                GetParam().settings + "}",
            {GetParam().secret});
  }
  std::vector<std::string> keys(const Messages& messages) const {
    return messages.texts("RECORD", "/record/data" + GetParam().key);
  }
};

TEST_P(EveryConnector, TellsItsSettingsAndStreamsAndWhichOfThemAreSecret) {
  const std::string spec = run({"source", connector_, "spec"}).out;
  const std::string properties = "/spec/connectionSpecification/properties/";
  EXPECT_EQ(at(spec, properties + GetParam().secret_key + "/airbyte_secret"), "true") << spec;
  EXPECT_NE(at(spec, properties + "url/title"), "");
  EXPECT_THAT(at(spec, "/spec/documentationUrl"), StartsWith("https://"));
  const std::string catalog = run({"source", connector_, "discover"}).out;
  EXPECT_THAT(catalog, HasSubstr(R"({"name":")" + GetParam().stream + "\""));
  EXPECT_EQ(api.count(), 0u);
}

TEST_P(EveryConnector, RightCredentialsAreEnoughForACheck) {
  EXPECT_EQ(check(), "SUCCEEDED");
  EXPECT_LE(api.count(), 2u);
}

TEST_P(EveryConnector, WrongCredentialsFailTheCheckWithASentence) {
  log_in("another");
  EXPECT_THAT(check(), AllOf(StartsWith("FAILED: "), HasSubstr("401")));
  EXPECT_EQ(api.count(), 1u);
}

TEST_P(EveryConnector, AMissingCredentialIsNamed) {
  folder.write("config.json", R"({"url":")" + api.url(GetParam().base) + "\"" + GetParam().settings + "}");
  EXPECT_THAT(check(), AllOf(StartsWith("FAILED: "), HasSubstr(GetParam().secret_key)));
  EXPECT_EQ(api.count(), 0u);
}

// Three pages, the second of which is throttled in the manner of the API.
TEST_P(EveryConnector, AThrottledPageLosesAndDoublesNothing) {
  Fault fault = Fault::with_status(429).at(2);
  for (const auto& [name, value] : GetParam().throttled) fault.header(name, value);
  api.fail(GetParam().path, fault);
  std::vector<std::string> got = keys(read({GetParam().stream}));
  EXPECT_EQ(got.size(), GetParam().records);
  std::ranges::sort(got);
  EXPECT_EQ(std::ranges::adjacent_find(got), got.end()) << "a record came twice";
  const std::vector<fixture_api::Request> requests = api.requests(GetParam().path);
  EXPECT_EQ(requests.size(), 4u);
  EXPECT_EQ(std::ranges::count(requests, 429, &fixture_api::Request::answered), 1);
}

TEST_P(EveryConnector, TheSecondRunReadsWhatChangedAndNoMore) {
  const Messages first = read({GetParam().stream});
  EXPECT_EQ(keys(first).size(), GetParam().records);
  EXPECT_EQ(first.records_before_last_state(), GetParam().records);

  const Messages nothing = read({GetParam().stream}, first.airbyte_state());
  EXPECT_THAT(keys(nothing), IsEmpty());

  // As if the first run had been some time ago: the change is of the very second in which its window ended.
  const std::string since = "2026-02-01T00:00:00Z";
  std::string state = first.airbyte_state();
  if (const std::string to = at(first.states(GetParam().stream).back(), "/to"); !to.empty()) {
    state.replace(state.find(to), to.size(), since);
  }
  const std::string changed = GetParam().change(api, since);
  const Messages second = read({GetParam().stream}, state);
  EXPECT_THAT(keys(second), ElementsAre(changed));
}

// The run ends between two pages; what it left is gone on with.
TEST_P(EveryConnector, ARunThatWasCutIsMadeGoodByTheNext) {
  api.fail(GetParam().path, Fault::with_status(400).at(3).for_ever());
  folder.write("catalog.json", configured({{GetParam().stream, kIncremental}}));
  const Outcome cut = run({"source", connector_, "read", "--config", "config.json", "--catalog", "catalog.json"});
  EXPECT_EQ(cut.exit_code, 1) << cut;
  const Messages before(cut.out);
  api.clear_faults();

  std::vector<std::string> all = keys(before);
  EXPECT_THAT(all, Not(IsEmpty()));
  for (const std::string& key : keys(read({GetParam().stream}, before.airbyte_state()))) all.push_back(key);
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  EXPECT_EQ(all.size(), GetParam().records);
}

// configs/NAME.yaml, with the login where the example says.
TEST_P(EveryConnector, ItsExampleIsAValidPipeline) {
  Extra extra;
  for (const char* name :
       {"KLAVIYO_API_KEY", "SHOPIFY_ACCESS_TOKEN", "SITOO_API_ID", "SITOO_PASSWORD", "STORM_USER", "STORM_PASSWORD"}) {
    extra.environment[name] = GetParam().secret;
  }
  extra.environment["SHOPIFY_URL"] = api.url();
  extra.environment["SITOO_ACCOUNT_ID"] = "1500";
  const Outcome valid = integ({"validate", std::string(INTEG_CONFIGS "/") + connector_ + ".yaml"}, extra);
  EXPECT_EQ(valid.exit_code, 0) << valid;
  EXPECT_THAT(valid.out + valid.err, Not(HasSubstr(std::string(GetParam().secret))));
}

INSTANTIATE_TEST_SUITE_P(Apis, EveryConnector, ::testing::ValuesIn(apis()),
                         [](const auto& one) { return one.param.connector; });

}  // namespace
}  // namespace integration
