#include "protocol/singer_schema.hpp"

#include "json/document.hpp"
#include "support.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SingerSchema, KeepsWhatHasNoReferences) {
  const std::string schema =
      R"({"type":"object","properties":{"a":{"type":["null","number"],"multipleOf":0.010,"default":1.10}}})";
  EXPECT_EQ(singer_schema(schema), schema);
}

TEST(SingerSchema, HasProperties) {
  EXPECT_EQ(singer_schema(R"({"type":"object"})"), R"({"type":"object","properties":{}})");
  EXPECT_EQ(singer_schema("{}"), R"({"properties":{}})");
  EXPECT_EQ(singer_schema(""), R"({"properties":{}})");
}

TEST(SingerSchema, ReferencesAreReplaced) {
  EXPECT_EQ(
      singer_schema(
          R"({"properties":{"a":{"$ref":"#/definitions/x~1y","title":"A"},"b":{"items":[{"$ref":"#/$defs/z%20z"}]}},)"
          R"("definitions":{"x/y":{"type":"string"}},"$defs":{"z z":{"$ref":"#/definitions/x~1y"}}})"),
      R"({"properties":{"a":{"type":"string","title":"A"},"b":{"items":[{"type":"string"}]}}})");
}

TEST(SingerSchema, F078_ATypeThatContainsItselfEnds) {
  const std::string schema = singer_schema(
      R"({"type":["object","null"],"properties":{"id":{},"parent":{"$ref":"#"},"children":{"type":"array","items":{"$ref":"#"}}}})");
  EXPECT_THAT(schema, Not(HasSubstr("$ref")));
  EXPECT_THAT(schema, HasSubstr(R"("parent":{"type":["object","null"]})"));
  EXPECT_NO_THROW(json::Document::parse(schema));
}

TEST(SingerSchema, ManyReferencesToOneselfStayWithinBounds) {
  std::string schema = R"({"properties":{"p0":{})";
  for (int i = 1; i < 200; ++i) schema += ",\"p" + std::to_string(i) + R"(":{"$ref":"#"})";
  const std::string resolved = singer_schema(schema + "}}");
  EXPECT_LT(resolved.size(), 2 * kSchemaBudget);
  EXPECT_NO_THROW(json::Document::parse(resolved));
}

TEST(SingerSchema, ACircleOfReferencesEnds) {
  const std::string schema = singer_schema(
      R"({"properties":{"a":{"$ref":"#/definitions/a"}},"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}})");
  EXPECT_EQ(schema, R"({"properties":{"a":{"type":"object"}}})");
  EXPECT_EQ(singer_schema(R"({"$ref":"#"})"), R"({"type":"object","properties":{}})");
}

TEST(SingerSchema, WhatCannotBeFoundAllowsAnything) {
  for (const char* reference : {"#/definitions/none", "https://example.com/s.json", "#anchor", "other.json#/x"}) {
    EXPECT_EQ(singer_schema(R"({"properties":{"a":{"$ref":")" + std::string(reference) + "\"}}}"),
              R"({"properties":{"a":{"type":["null","object","array","string","number","boolean"]}}})");
  }
}

TEST(SingerSchema, APropertyWithoutATypeGetsAllOfThem) {
  EXPECT_EQ(
      singer_schema(
          R"({"properties":{"a":{"title":"A"},"b":{"anyOf":[{}]},"c":{"properties":{"d":{}}},"e":{"enum":[1]}}})"),
      R"({"properties":{"a":{"type":["null","object","array","string","number","boolean"],"title":"A"},)"
      R"("b":{"anyOf":[{}]},)"
      R"("c":{"properties":{"d":{"type":["null","object","array","string","number","boolean"]}}},"e":{"enum":[1]}}})");
}

TEST(SingerSchema, NamesAndValuesThatLookLikeKeywordsStay) {
  const std::string schema =
      R"({"properties":{"$ref":{"type":"string"},"definitions":{"type":"object"},"enum":{"$ref":"#/properties/definitions"}},"default":{"$ref":"x"}})";
  EXPECT_EQ(
      singer_schema(schema),
      R"({"properties":{"$ref":{"type":"string"},"definitions":{"type":"object"},"enum":{"type":"object"}},"default":{"$ref":"x"}})");
}

}  // namespace
}  // namespace integ::protocol::testing
