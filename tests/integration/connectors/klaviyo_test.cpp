#include "integration/connectors/connectors_test.hpp"

#include <gmock/gmock.h>

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Klaviyo : public ConnectorTest {
 protected:
  Klaviyo() { configure(R"(,"list_id":"l1")"); }
  void configure(const std::string& more) {
    connect("klaviyo",
            R"({"url":")" + api.url("/api") + R"(","api_key":")" + std::string(fixture_api::Klaviyo::api_key) + "\"" +
                more + "}",
            {fixture_api::Klaviyo::api_key});
  }
};

TEST_F(Klaviyo, EveryStreamComesWholeOldestFirst) {
  const Messages messages = read({"profiles", "events", "lists!", "list_profiles!", "members!"});
  EXPECT_EQ(messages.count("RECORD"), 50u);
  for (const fixture_api::Request& request : api.requests("/api/profiles")) {
    EXPECT_EQ(request.header("revision"), "2026-04-15");
    EXPECT_EQ(request.header("Authorization"), "Klaviyo-API-Key " + std::string(fixture_api::Klaviyo::api_key));
  }
  const std::vector<std::string> updated = read({"profiles"}).texts("RECORD", "/record/data/attributes/updated");
  EXPECT_TRUE(std::is_sorted(updated.begin(), updated.end()));
}

// Each page leaves a state of its last time, and the page after it begins in that very second: nothing that shares it
// is lost.
TEST_F(Klaviyo, ThoseWhoShareASecondAreNotParted) {
  for (int i = 0; i < 6; ++i) {
    api.klaviyo().records().put("profiles", fixture_api::Klaviyo::resource("profile", "same" + std::to_string(i),
                                                                           "updated", "2026-01-02T12:00:00Z"));
  }
  api.fail("/api/profiles", Fault::with_status(400).at(2));
  folder.write("catalog.json", configured({{"profiles", kIncremental}}));
  const Messages cut(run({"source", "klaviyo", "read", "--config", "config.json", "--catalog", "catalog.json"}).out);
  EXPECT_EQ(cut.count("RECORD"), 4u);
  EXPECT_EQ(cut.states("profiles").back(), R"({"to":"2026-01-02T12:00:00Z"})");
  const std::vector<std::string> rest = read({"profiles"}, cut.airbyte_state()).texts("RECORD", "/record/data/id");
  for (int i = 0; i < 6; ++i) EXPECT_THAT(rest, Contains("same" + std::to_string(i)));
  EXPECT_THAT(rest, SizeIs(15)) << "the day before is not read again";
}

TEST_F(Klaviyo, OnlySelectedAttributesAreAskedFor) {
  EXPECT_THAT(pipeline("{profiles: {fields: [/attributes/email]}}"), SizeIs(10));
  EXPECT_EQ(parameters("/api/profiles", "fields[profile]").front(), "email,updated");
  api.forget_requests();
  EXPECT_THAT(pipeline("{events: {fields: [/attributes]}}"), SizeIs(10));
  EXPECT_EQ(parameters("/api/events", "fields[event]").front(), "");
}

TEST_F(Klaviyo, TheStartDateIsAnInstant) {
  configure(R"(,"start_date":"2026-01-09T01:00:00+01:00","revision":"2025-10-15")");
  EXPECT_EQ(read({"events"}).count("RECORD"), 2u);
  EXPECT_THAT(parameters("/api/events", "filter").front(), StartsWith("greater-than(datetime,2026-01-08T23:59:59Z),"));
  EXPECT_EQ(api.requests("/api/events").front().header("revision"), "2025-10-15");
}

TEST_F(Klaviyo, MembersAreReadByMarkerWithTheKeyAsParameter) {
  EXPECT_EQ(read({"members!"}).count("RECORD"), 10u);
  const std::string path = "/api/v2/group/l1/members/all";
  EXPECT_THAT(parameters(path, "marker"), ElementsAre("", "4", "8"));
  EXPECT_THAT(parameters(path, "api_key"), Each(std::string(fixture_api::Klaviyo::api_key)));
  for (const fixture_api::Request& request : api.requests(path)) EXPECT_EQ(request.header("Authorization"), "");

  api.set_page(path, R"({"records":[{"id":"m1"}],"marker":0})");
  EXPECT_EQ(read({"members!"}).count("RECORD"), 1u) << "0 is the end, too";
}

TEST_F(Klaviyo, ProfilesOfAListSayWhenTheyJoinedIt) {
  const Messages messages = read({"list_profiles!"});
  EXPECT_THAT(messages.texts("RECORD", "/record/data/attributes/joined_group_at"), AllOf(SizeIs(10), Each(Not(""))));
  const std::string path = "/api/lists/l1/profiles";
  EXPECT_EQ(parameters(path, "page[size]").front(), "100");
  EXPECT_EQ(api.requests(path).front().header("revision"), "2026-04-15");
}

// One key for the events alone, say.
TEST_F(Klaviyo, AKeyThatMayReadSomeStreamPassesTheCheck) {
  api.fail("/api/profiles", Fault::with_status(403).for_ever());
  EXPECT_EQ(check(), "SUCCEEDED");
  for (const char* path : {"/api/events", "/api/lists", "/api/lists/l1/profiles", "/api/v2/group/l1/members/all"}) {
    api.fail(path, Fault::with_status(403).for_ever());
  }
  EXPECT_THAT(check(), AllOf(StartsWith("FAILED: "), HasSubstr("403"), HasSubstr("/api/profiles")));
}

TEST_F(Klaviyo, WithoutAListMembersAreEmptyAndThatIsSaid) {
  configure("");
  const Messages messages = read({"members!", "list_profiles!"});
  EXPECT_EQ(messages.count("RECORD"), 0u);
  EXPECT_THAT(messages.texts("LOG", "/log/message"), Contains(HasSubstr("list_id")));
  EXPECT_EQ(api.count(), 0u);
}

TEST_F(Klaviyo, AWrongKeyIsNotShownByTheMembersEither) {
  connect("klaviyo", R"({"url":")" + api.url("/api") + R"(","api_key":"pk_wrong_key","list_id":"l1"})",
          {"pk_wrong_key"});
  folder.write("catalog.json", configured({{"members", kFullRefresh}}));
  const Outcome refused = run({"source", "klaviyo", "read", "--config", "config.json", "--catalog", "catalog.json"});
  EXPECT_EQ(refused.exit_code, 1) << refused;
  EXPECT_THAT(refused.out, HasSubstr("403"));
}

}  // namespace
}  // namespace integration
