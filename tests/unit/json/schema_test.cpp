#include "json/schema.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::json {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> check(const char* schema, const char* instance) {
  std::vector<std::string> out;
  const Document document = Document::parse(instance);
  for (const Violation& v : Schema(schema).check(document.root())) {
    out.push_back(v.pointer + ": " + v.message + (v.unknown ? " (unknown)" : ""));
  }
  return out;
}

constexpr const char* kConfig = R"({
  "type":"object","required":["url","user"],"additionalProperties":false,
  "properties":{
    "url":{"type":"string","format":"uri"},
    "api_key":{"type":"string","airbyte_secret":true,"pattern":"^k-[0-9]+$"},
    "pages":{"type":["integer","null"],"minimum":1,"maximum":100,"default":20},
    "since":{"type":"string","format":"date-time"},
    "mode":{"enum":["fast","slow"],"default":"fast"},
    "user":{"type":"object","required":["age"],"properties":{"age":{"type":"integer"},"name":{"type":"string","default":"x"}},"additionalProperties":false},
    "tags":{"type":"array","items":{"type":"string"},"maxItems":2}}})";

TEST(Schema, AValidInstanceHasNoViolations) {
  EXPECT_THAT(
      check(kConfig,
            R"({"url":"u","user":{"age":1.0},"pages":null,"mode":"slow","tags":["a"],"since":"2024-01-01T00:00:00Z"})"),
      IsEmpty());
}

TEST(Schema, AllViolationsInTheOrderOfTheInstance) {
  EXPECT_THAT(
      check(
          kConfig,
          R"({"mode":"warp","user":{"age":"old","nams":1},"urll":1,"pages":0,"tags":["a",2,"c"],"since":"yesterday"})"),
      ElementsAre("/mode: must be \"fast\" or \"slow\"", "/user/age: expected integer, found string",
                  "/user/nams: unknown property, did you mean 'name'? (unknown)",
                  "/urll: unknown property, did you mean 'url'? (unknown)", "/pages: must be at least 1",
                  "/tags: must have at most 2 items", "/tags/1: expected string, found integer",
                  "/since: must be a valid date-time", "/url: is required, but missing"));
}

TEST(Schema, APatternIsToldInTheWordsThatItHas) {
  EXPECT_THAT(check(R"({"properties":{"a":{"pattern":"^[0-9]+$","pattern_descriptor":"a number"}}})", R"({"a":"x"})"),
              ElementsAre("/a: must be a number"));
  EXPECT_THAT(check(R"({"properties":{"a":{"pattern":"^[0-9]+$"}}})", R"({"a":"x"})"),
              ElementsAre("/a: must match the pattern ^[0-9]+$"));
}

TEST(Schema, NamesEveryUnknownProperty) {
  EXPECT_THAT(check(kConfig, R"({"url":"u","user":{"age":1},"zzzzzzz":1,"yyyyyyy":2})"),
              ElementsAre("/zzzzzzz: unknown property (unknown)", "/yyyyyyy: unknown property (unknown)"));
}

TEST(Schema, MessagesHoldNoValues) {
  for (const char* instance :
       {R"({"url":"u","user":{"age":1},"api_key":"hunter2secret"})",
        R"({"url":"u","user":{"age":1},"api_key":["hunter2secret"]})",
        R"({"url":"u","user":"hunter2secret","mode":"hunter2secret","since":"hunter2secret"})"}) {
    const auto found = check(kConfig, instance);
    EXPECT_FALSE(found.empty()) << instance;
    for (const auto& text : found) EXPECT_THAT(text, Not(HasSubstr("hunter2"))) << instance;
  }
}

constexpr const char* kCredentials =
    R"({"type":"object","required":["credentials"],"properties":{"credentials":{"type":"object","oneOf":[
  {"title":"OAuth","required":["auth","token"],"properties":{"auth":{"const":"oauth"},"token":{"type":"string","airbyte_secret":true},"ttl":{"type":"integer","default":60}}},
  {"title":"Key","required":["auth","key"],"properties":{"auth":{"const":"key"},"key":{"type":"string","airbyte_secret":true},"place":{"type":"string","default":"header"}}}]}}})";

TEST(Schema, OfAChoiceOnlyTheBranchThatIsMeantIsShown) {
  EXPECT_THAT(check(kCredentials, R"({"credentials":{"auth":"oauth","token":"t"}})"), IsEmpty());
  EXPECT_THAT(check(kCredentials, R"({"credentials":{"auth":"oauth"}})"),
              ElementsAre("/credentials/token: is required, but missing"));
  EXPECT_THAT(check(kCredentials, R"({"credentials":{"auth":"key","key":5}})"),
              ElementsAre("/credentials/key: expected string, found integer"));
  EXPECT_THAT(check(kCredentials, R"({"credentials":{"auth":"magic"}})"),
              ElementsAre("/credentials/auth: must be \"oauth\" or \"key\""));
  EXPECT_THAT(check(R"({"properties":{"a":{"anyOf":[{"type":"string"},{"type":"integer"}]}}})", R"({"a":[]})"),
              ElementsAre("/a: fits none of the 2 allowed forms (string and integer)"));
}

TEST(Schema, Defaults) {
  const Schema schema(kConfig);
  EXPECT_EQ(schema.with_defaults(R"({"url":"\u0041","user":{"age":1}})"),
            R"({"url":"A","user":{"age":1,"name":"x"},"pages":20,"mode":"fast"})");
  EXPECT_EQ(schema.with_defaults(R"({"pages":null,"mode":"slow"})"), R"({"pages":null,"mode":"slow"})");
  EXPECT_EQ(Schema(kCredentials).with_defaults(R"({"credentials":{"auth":"key"}})"),
            R"({"credentials":{"auth":"key","place":"header"}})");
}

TEST(Schema, SecretPointers) {
  EXPECT_THAT(Schema(kConfig).secret_pointers(), ElementsAre("/api_key"));
  EXPECT_THAT(Schema(kCredentials).secret_pointers(), ElementsAre("/credentials/token", "/credentials/key"));
  EXPECT_THAT(
      Schema(
          R"({"properties":{"a/b":{"writeOnly":true},"keys":{"type":"array","items":{"properties":{"k":{"airbyte_secret":true}}}},
    "headers":{"additionalProperties":{"airbyte_secret":true}},"r":{"$ref":"#/definitions/s"}},"definitions":{"s":{"properties":{"p":{"airbyte_secret":true}}}}})")
          .secret_pointers(),
      ElementsAre("/a~1b", "/keys", "/headers", "/r/p"));
}

TEST(Schema, SecretsOfARecursiveSchemaAreFoundAtEveryDepth) {
  const Schema schema(
      R"({"properties":{"password":{"airbyte_secret":true},"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"}}})");
  EXPECT_THAT(schema.secret_pointers(), ElementsAre("/password", "/a", "/b", "/c"));
}

TEST(Schema, TypesAndNames) {
  const Schema schema(kConfig);
  EXPECT_EQ(schema.type_at("/pages"), "integer");
  EXPECT_EQ(schema.type_at("/user/age"), "integer");
  EXPECT_EQ(schema.type_at("/tags/0"), "string");
  EXPECT_EQ(schema.type_at(""), "object");
  EXPECT_EQ(schema.type_at("/nope"), "");
  EXPECT_THAT(schema.property_names("/user"), ElementsAre("age", "name"));
  EXPECT_THAT(Schema(kCredentials).property_names("/credentials"), ElementsAre("auth", "token", "ttl", "key", "place"));
}

TEST(Schema, FieldNamesAreThoseInsideOfLists) {
  const Schema order(
      R"({"properties":{"a/b":{"properties":{"~":{}}},"lines":{"type":"array","items":{"properties":{"sku":{},)"
      R"("taxes":{"items":{"$ref":"#/definitions/tax"}}}}}},"definitions":{"tax":{"properties":{"rate":{}}}}})");
  EXPECT_THAT(order.field_names(""), ElementsAre("a/b", "lines"));
  EXPECT_THAT(order.field_names("/a~1b"), ElementsAre("~"));
  EXPECT_THAT(order.field_names("/lines"), ElementsAre("sku", "taxes"));
  EXPECT_THAT(order.field_names("/lines/taxes"), ElementsAre("rate"));
  EXPECT_THAT(Schema(R"({"items":{"$ref":"#"},"properties":{"x":{}}})").field_names("/x"), IsEmpty());
}

TEST(Schema, RecursiveSchemasWork) {
  const char* tree =
      R"({"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}}}})";
  EXPECT_THAT(check(tree, R"({"children":[{"children":[{"name":5}]}]})"),
              ElementsAre("/children/0/children/0/name: expected string, found integer"));
  EXPECT_EQ(Schema(tree).type_at("/children/0/children/0/name"), "string");
}

TEST(Schema, AnUnusableSchemaIsAPluginError) {
  for (
      const char* schema :
      {"", "[]", "{", R"({"type":5})", R"({"properties":{"a":{"pattern":"("}}})", R"({"$ref":"#/nope"})",
       R"({"properties":{"a":{"$ref":"#/definitions/x"}},"definitions":{"x":{"$ref":"#/definitions/y"},"y":{"$ref":"#/definitions/x"}}})",
       R"({"$ref":"http://127.0.0.1:1/x.json"})",
       R"({"definitions":{"a":{"allOf":[{"$ref":"#/definitions/a"}]}},"properties":{"p":{"$ref":"#/definitions/a"}}})"}) {
    try {
      Schema made(schema, "connector x");
      ADD_FAILURE() << schema;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Kind::plugin) << schema;
    }
  }
}

TEST(Schema, KeywordsInsideDataAreNoSchema) {
  EXPECT_THAT(check(R"({"properties":{"format":{"type":"string"},"pattern":{"enum":[{"pattern":"("}]}}})",
                    R"({"format":"x","pattern":{"pattern":"("}})"),
              IsEmpty());
  EXPECT_THAT(check(R"({"properties":{"n":{"type":"integer","format":"date-time"}}})", R"({"n":5})"), IsEmpty());
}

}  // namespace
}  // namespace integ::json
