#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using ::testing::HasSubstr;

struct Region {
  std::string code;
  int page_size = 50;
};
INTEG_FIELDS(Region, code, page_size)

struct Base {
  std::string url;
};

struct Everything : Base {
  integ::Secret token;
  std::optional<integ::Secret> other_token;
  integ::DateTime since{"2024-01-01T00:00:00Z"};
  std::optional<integ::DateTime> until;
  bool deleted = false;
  std::int64_t account = 0;
  std::uint8_t small = 3;
  double rate = 1.5;
  std::vector<std::string> tags;
  std::vector<int> sizes{1, 2};
  std::map<std::string, double> weights;
  Region region;
  std::vector<Region> regions;
  std::string class_ = "a";
  std::string password;
  integ::Json any;
  integ::Rest rest;
};
INTEG_FIELDS(Everything, url, token, other_token, since, until, deleted, account, small, rate, tags, sizes, weights,
             region, regions, class_, password, any, rest)

void integ_describe(integ::About<Everything>& about) {
  about.title("Everything").description("Says \"all\".");
  about.field(&Everything::url).title("URL").pattern("^https?://");
  about.field(&Everything::account).minimum(1).maximum(10).examples(3, 4);
  about.field(&Everything::class_).name("class").one_of("a", "b");
  about.field(&Everything::password).secret().optional().hidden();
  about.field(&Everything::rate).required();
}

TEST(ConfigSchema, IsWhatTheStructSays) {
  EXPECT_EQ(
      integ::config_schema<Everything>(),
      R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{)"
      R"("url":{"type":"string","title":"URL","pattern":"^https?://","order":0},)"
      R"("token":{"type":"string","airbyte_secret":true,"order":1},)"
      R"("other_token":{"type":"string","airbyte_secret":true,"order":2},)"
      R"("since":{"type":"string","format":"date-time","default":"2024-01-01T00:00:00Z","order":3},)"
      R"("until":{"type":"string","format":"date-time","order":4},)"
      R"("deleted":{"type":"boolean","default":false,"order":5},)"
      R"("account":{"type":"integer","minimum":1,"maximum":10,"examples":[3,4],"order":6},)"
      R"("small":{"type":"integer","default":3,"order":7},)"
      R"("rate":{"type":"number","default":1.5,"order":8},)"
      R"("tags":{"type":"array","items":{"type":"string"},"order":9},)"
      R"("sizes":{"type":"array","items":{"type":"integer"},"default":[1,2],"order":10},)"
      R"("weights":{"type":"object","additionalProperties":{"type":"number"},"order":11},)"
      R"("region":{"type":"object","properties":{"code":{"type":"string","order":0},"page_size":{"type":"integer","default":50,"order":1}},)"
      R"("required":["code"],"order":12},)"
      R"("regions":{"type":"array","items":{"type":"object","properties":{"code":{"type":"string","order":0},)"
      R"("page_size":{"type":"integer","default":50,"order":1}},"required":["code"]},"order":13},)"
      R"("class":{"type":"string","enum":["a","b"],"default":"a","order":14},)"
      R"("password":{"type":"string","airbyte_secret":true,"airbyte_hidden":true,"order":15},)"
      R"("any":{"order":16}},)"
      R"("required":["url","token","account","rate","region"],"additionalProperties":true,)"
      R"("title":"Everything","description":"Says \"all\"."})");
}

struct Api {
  std::string url;
  std::string day;
};
INTEG_FIELDS(Api, url, day)

void integ_describe(integ::About<Api>& about) {
  about.field(&Api::url).base_url();
  about.field(&Api::day).pattern("^[0-9]{4}$", "a year");
}

TEST(ConfigSchema, SaysInWordsWhatAPatternMeans) {
  const std::string schema = integ::config_schema<Api>();
  EXPECT_THAT(schema, HasSubstr(R"("pattern":"^[0-9]{4}$","pattern_descriptor":"a year")"));
  EXPECT_THAT(schema, HasSubstr(R"("pattern":"^https?://[^\\s/?#]+(/[^\\s?#]*)?$","pattern_descriptor":"an http://)"));
}

TEST(RecordSchema, AllButTheKeysMayBeNull) {
  EXPECT_EQ(integ::record_schema<Region>({"/code"}),
            R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{)"
            R"("code":{"type":"string"},"page_size":{"type":["integer","null"]}},"additionalProperties":true})");
  const auto schema = integ::record_schema<Everything>();
  EXPECT_THAT(schema, HasSubstr(R"("class":{"type":["string","null"],"enum":["a","b",null]})"));
  EXPECT_THAT(schema,
              HasSubstr(R"("region":{"type":["object","null"],"properties":{"code":{"type":["string","null"]})"));
  EXPECT_THAT(schema, Not(HasSubstr("required")));
  EXPECT_THAT(schema, Not(HasSubstr("default")));
}

// Reads `json` as the configuration of a run, as a plug-in would.
template <class T>
std::string reread(const std::string& json) {
  std::string out;
  auto source = integ::Source::with_config<T>("x", "1.0.0");
  source.stream(integ::non_incremental("s"), [&](integ::HttpContext& ctx) { out = integ::to_json(ctx.config<T>()); });
  integ::testing::Host host;
  const auto result = host.config(json).run(source.descriptor(), "s");
  return result.ok() ? out : std::to_string(result.status) + " " + result.error;
}

TEST(Config, LoadsEveryKindOfMember) {
  const std::string json =
      R"({"url":"u","token":"t","since":"2024-05-01","until":"2024-06-01T00:00:00Z","deleted":true,"account":-9223372036854775808,)"
      R"("small":255,"rate":0.30000000000000004,"tags":["a","\u00e9"],"sizes":[],"weights":{"x":2},)"
      R"("region":{"code":"eu","page_size":7},"regions":[{"code":"us"}],"class":"b","password":"p","any":{"k":[1.0]},"x":{"y":1.50}})";
  EXPECT_EQ(
      reread<Everything>(json),
      R"({"url":"u","token":"t","since":"2024-05-01","until":"2024-06-01T00:00:00Z","deleted":true,"account":-9223372036854775808,)"
      "\"small\":255,\"rate\":0.30000000000000004,\"tags\":[\"a\",\"\xc3\xa9\"],\"sizes\":[],\"weights\":{\"x\":2},"
      R"("region":{"code":"eu","page_size":7},"regions":[{"code":"us","page_size":50}],"class":"b","password":"p","any":{"k":[1.0]},"x":{"y":1.50}})");
}

TEST(Config, AbsentAndNullKeepTheDefault) {
  EXPECT_EQ(reread<Region>(R"({"code":"eu"})"), R"({"code":"eu","page_size":50})");
  EXPECT_EQ(reread<Region>(R"({"code":"eu","page_size":null})"), R"({"code":"eu","page_size":50})");
}

TEST(Config, WhatDoesNotFitIsNamedWithItsPlace) {
  const auto with = [](const std::string& member) {
    return R"({"url":"u","token":"t","account":1,"rate":1,"region":{"code":"eu"},)" + member + "}";
  };
  const std::pair<std::string, const char*> cases[] = {
      {R"({})", "/url: it is missing"},
      {R"({"url":"u"})", "/token: it is missing"},
      {R"({"url":"u","token":"t","account":1,"rate":1})", "/region: it is missing"},
      {R"({"url":"u","token":"t","account":1,"rate":1,"region":{}})", "/region/code: it is missing"},
      {R"("x")", "the whole: an object was expected, a string was found"},
      {with(R"("small":256)"), "/small: 256 is no integer in range"},
      {with(R"("small":-1)"), "/small: -1 is no integer in range"},
      {with(R"("small":1.5)"), "/small: 1.5 is no integer in range"},
      {with(R"("deleted":"no")"), "/deleted: a boolean was expected, a string was found"},
      {with(R"("until":"soon")"), "/until: 'soon' is no date and time"},
      {with(R"("tags":["a",1])"), "/tags/1: a string was expected, an integer was found"},
      {with(R"("weights":{"k":[]})"), "/weights/k: a number was expected, an array was found"},
      {with(R"("regions":[{"code":"a"},{"page_size":1}])"), "/regions/1/code: it is missing"},
  };
  for (const auto& [json, problem] : cases) {
    EXPECT_EQ(reread<Everything>(json), "-4 The configuration can't be read at " + std::string(problem) + ".") << json;
  }
}

struct Wide {
  std::uint64_t value = 0;
};
INTEG_FIELDS(Wide, value)

TEST(Config, IntegersPastInt64AreExact) {
  EXPECT_EQ(reread<Wide>(R"({"value":18446744073709551615})"), R"({"value":18446744073709551615})");
  EXPECT_THAT(reread<Wide>(R"({"value":18446744073709551616})"), HasSubstr("no integer in range"));
  EXPECT_EQ(reread<Wide>(R"({"value":1018.0})"), R"({"value":1018})") << "what some stores make of it";
  EXPECT_EQ(reread<Wide>(R"({"value":1e3})"), R"({"value":1000})");
  EXPECT_THAT(reread<Wide>(R"({"value":1e300})"), HasSubstr("no integer in range"));
  EXPECT_THAT(reread<Wide>(R"({"value":-1.0})"), HasSubstr("no integer in range"));
}

// A secret that does not fit must not be told with the reason.
TEST(Config, ASecretIsNoPartOfAnError) {
  EXPECT_THAT(reread<Everything>(R"({"url":"u","token":{"hush":"s3cret"}})"), Not(HasSubstr("s3cret")));
}

TEST(ToJson, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(integ::to_json(std::optional<int>()), "null");
  Everything all;
  all.rest.members.emplace_back("k", "[1]");
  EXPECT_THAT(integ::to_json(all), Not(HasSubstr("until")));
  EXPECT_THAT(integ::to_json(all), HasSubstr(R"("password":"","k":[1]})"));
}

}  // namespace
