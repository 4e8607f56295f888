// `integ tap NAME --discover` and what a catalog selects.
#include "integration/platforms/platform_test.hpp"

#include <gmock/gmock.h>

#include <map>

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SingerCatalog : public PlatformTest {
 protected:
  SingerCatalog() { serve_pages({{"a"}, {"b"}}); }

  Outcome tap_with(const std::string& catalog) {
    folder.write("singer.json", catalog);
    return tap({"--catalog", "singer.json"});
  }
  static std::string entry(const std::string& stream, const std::string& metadata) {
    return R"({"tap_stream_id":")" + stream + R"(","stream":")" + stream +
           R"(","schema":{"properties":{}},"metadata":[)" + metadata + "]}";
  }
  static std::string at_stream(const std::string& metadata) {
    return R"({"breadcrumb":[],"metadata":{)" + metadata + "}}";
  }
  static std::string catalog(const std::string& entries) { return R"({"streams":[)" + entries + "]}"; }
};

TEST_F(SingerCatalog, F071_DiscoveryIsOfflineAndTheSameTwice) {
  const Outcome first = integ({"tap", "pokeapi", "--discover"});
  EXPECT_EQ(first.exit_code, 0) << first;
  EXPECT_EQ(at(first.out, "/streams/0/tap_stream_id"), "pokemon");
  EXPECT_EQ(std::count(first.out.begin(), first.out.end(), '\n'), 1);
  folder.write("bad.json", R"({"url":5})");
  folder.write("state.json", R"({"bookmarks":{}})");
  const Outcome second = integ({"tap", "pokeapi", "--config", "bad.json", "--state", "state.json", "--discover"});
  EXPECT_EQ(second.exit_code, 0) << second;
  EXPECT_EQ(first.out, second.out);
  EXPECT_EQ(api.count(), 0u);
}

TEST_F(SingerCatalog, F077_TheDiscoveredCatalogHandedBackSyncsEverything) {
  const Outcome run = tap_with(integ({"tap", "pokeapi", "--discover"}).out);
  EXPECT_EQ(run.exit_code, 0) << run;
  const Messages messages(run.out);
  std::map<std::string, int> records;
  for (const std::string& stream : messages.texts("RECORD", "/stream")) ++records[stream];
  EXPECT_EQ(records["pokemon"], 2);
  EXPECT_EQ(records.size(), 48u) << "a list of PokeAPI is missing";
  for (const std::string& record : messages.records()) EXPECT_THAT(record, HasSubstr("url"));
}

TEST_F(SingerCatalog, F077_AllOfItDeselectedIsSaid) {
  for (const std::string& deselected :
       {entry("pokemon", at_stream(R"("selected":false)")), entry("pokemon", at_stream(R"("selected":"false")")),
        entry("pokemon", at_stream(R"("inclusion":"unsupported","selected":true)")),
        entry("pokemon", at_stream(R"("selected-by-default":false)")),
        std::string(R"({"tap_stream_id":"pokemon","selected":false})"),
        std::string(R"({"stream":"pokemon","schema":{"selected":false}})")}) {
    const Outcome run = tap_with(catalog(deselected));
    EXPECT_EQ(run.exit_code, 0) << run;
    EXPECT_EQ(Messages(run.out).count("RECORD"), 0u);
    EXPECT_GE(Messages(run.out).count("STATE"), 1u);
    EXPECT_THAT(run.err, HasSubstr("selected"));
  }
  EXPECT_EQ(api.count(), 0u);
}

TEST_F(SingerCatalog, F072_AStreamThatTheCatalogLacksIsSkipped) {
  const Outcome run = tap_with(catalog(""));
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(Messages(run.out).count("STATE"), Messages(run.out).lines().size());
  EXPECT_EQ(api.count(), 0u);
}

TEST_F(SingerCatalog, F072_AStreamThatTheTapLacksIsNamed) {
  const Outcome run = tap_with(catalog(entry("nope", "") + "," + entry("pokemon", at_stream(R"("selected":true)"))));
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(Messages(run.out).count("RECORD"), 2u);
  EXPECT_THAT(run.err, HasSubstr("nope"));
}

TEST_F(SingerCatalog, DeselectedFieldsLeaveSchemaAndRecordsKeysStay) {
  const std::string no_url = R"({"breadcrumb":["properties","url"],"metadata":{"selected":false}})";
  const std::string no_name = R"({"breadcrumb":["properties","name"],"metadata":{"selected":false}})";
  const Outcome run = tap_with(catalog(entry("pokemon", no_url + "," + no_name)));
  EXPECT_EQ(run.exit_code, 0) << run;
  const Messages messages(run.out);
  EXPECT_THAT(messages.records(), ElementsAre(R"({"name":"a"})", R"({"name":"b"})"));
  EXPECT_EQ(at(messages.lines().front(), "/schema/properties/url"), "");
  EXPECT_NE(at(messages.lines().front(), "/schema/properties/name"), "");
}

TEST_F(SingerCatalog, KeysAreThoseOfTheMetadataAndNoneWhereItHasNone) {
  const auto keys = [&](const std::string& names) {
    const Outcome run = tap_with(catalog(entry("pokemon", at_stream(R"("table-key-properties":)" + names))));
    return run.exit_code == 0 ? at(Messages(run.out).lines().front(), "/key_properties") : run.err;
  };
  EXPECT_EQ(keys(R"(["url"])"), R"(["url"])");
  EXPECT_EQ(keys("[]"), "[]");
  EXPECT_EQ(keys("null"), R"(["name"])");
  EXPECT_THAT(keys(R"(["nmae"])"), HasSubstr("the schema has no property 'nmae', did you mean 'name'?"));
}

TEST_F(SingerCatalog, NestedFieldsAreSelectedOneByOne) {
  folder.write("config.json", R"({"url":")" + api.url() + R"(","token":"canary-7391"})");
  api.set_page("/s01", R"({"items":[{"id":1,"label":"x","place":{"city":"Kiel","street":"Kai 1","more":2}},)"
                       R"({"id":2,"label":"y","place":null}]})");
  const std::string no_street =
      R"({"breadcrumb":["properties","place","properties","street"],"metadata":{"selected":false}})";
  folder.write("singer.json", catalog(entry("s01", no_street)));
  const Outcome run = integ({"tap", "crowd", "--config", "config.json", "--properties", "singer.json"});
  EXPECT_EQ(run.exit_code, 0) << run;
  const Messages messages(run.out);
  EXPECT_THAT(messages.texts("RECORD", "/record/place/city"), ElementsAre("Kiel", ""));
  EXPECT_THAT(messages.texts("RECORD", "/record/place/street"), ElementsAre("", ""));
  EXPECT_NE(at(messages.lines().front(), "/schema/properties/place/properties/city"), "");
  EXPECT_EQ(at(messages.lines().front(), "/schema/properties/place/properties/street"), "");
}

TEST_F(SingerCatalog, AFullTableIsReadWithoutItsBookmarkBeingLost) {
  const Outcome run =
      tap_with(catalog(entry("pokemon", at_stream(R"("selected":"true","replication-method":"FULL_TABLE")"))));
  EXPECT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(Messages(run.out).count("RECORD"), 2u);
}

TEST_F(SingerCatalog, ACatalogThatIsNoneIsUsage) {
  for (const char* text : {R"({"streams":[)", R"([])", R"({"streams":{}})", ""}) {
    const Outcome run = tap_with(text);
    EXPECT_EQ(run.exit_code, 2) << run;
    EXPECT_THAT(run.err, ::testing::StartsWith("CRITICAL "));
    EXPECT_THAT(run.err, HasSubstr("singer.json"));
    EXPECT_EQ(run.out, "");
  }
}

}  // namespace
}  // namespace integration
