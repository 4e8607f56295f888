#include "json/record_validator.hpp"

#include "base/error.hpp"
#include "json/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::json {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

std::vector<std::string> faults(RecordValidator& validator, std::string record) {
  const Document document = Document::parse(std::move(record));
  std::vector<std::string> out;
  for (const RecordFault& fault : validator.check(document.root())) {
    out.push_back(fault.path + ": " + fault.rule + " <" + (fault.value == nullptr ? "" : json_of(*fault.value)) + ">" +
                  (fault.secret ? " secret" : ""));
  }
  return out;
}

std::vector<std::string> faults(const char* schema, std::string record) {
  RecordValidator validator(schema, "the schema");
  return faults(validator, std::move(record));
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

constexpr const char* kOrder = R"({"type":"object","required":["id"],"properties":{
  "id":{"type":"integer"},
  "at":{"type":["string","null"],"format":"date-time"},
  "items":{"type":"array","items":{"type":"object","properties":{"price":{"type":"number"},"sku":{"type":"string"}}}},
  "card":{"type":"object","properties":{"number":{"type":"string","airbyte_secret":true}}}}})";

TEST(RecordValidator, ARecordThatFitsHasNoFault) {
  EXPECT_THAT(faults(kOrder, R"({"id":1,"at":"2024-01-01T00:00:00Z","items":[{"price":1.5},{"price":2,"x":1}]})"),
              IsEmpty());
  EXPECT_THAT(faults(kOrder, R"({"id":2.0,"at":null})"), IsEmpty());
}

TEST(RecordValidator, NamesThePathTheRuleAndTheValue) {
  EXPECT_THAT(
      faults(kOrder, R"({"at":"yesterday","items":[{"price":1},{"price":"2"},{"price":null}]})"),
      UnorderedElementsAre("/id: is required, but missing <>", R"(/at: must be a valid date-time <"yesterday">)",
                           R"(/items/*/price: expected number, found string <"2">)",
                           R"(/items/*/price: expected number, found null <null>)"));
}

TEST(RecordValidator, AnIntegerOfAnyLengthIsOne) {
  EXPECT_THAT(faults(kOrder, R"({"id":9007199254740993})"), IsEmpty());
  EXPECT_THAT(faults(kOrder, R"({"id":18446744073709551617})"), IsEmpty());
  EXPECT_THAT(faults(kOrder, R"({"id":-99999999999999999999999999})"), IsEmpty());
  EXPECT_THAT(faults(kOrder, R"({"id":1.5})"), ElementsAre("/id: expected integer, found number <1.5>"));
}

TEST(RecordValidator, WhatTheSchemaCallsSecretIsMarked) {
  EXPECT_THAT(faults(kOrder, R"({"id":1,"card":{"number":4111}})"),
              ElementsAre("/card/number: expected string, found integer <4111> secret"));
  EXPECT_THAT(faults(kOrder, R"({"id":1,"card":[4111]})"),
              ElementsAre("/card: expected object, found array <[4111]> secret"))
      << "what holds a secret is one";
}

TEST(RecordValidator, TellsAChoiceAsAWhole) {
  EXPECT_THAT(faults(R"({"properties":{"v":{"anyOf":[{"type":"string"},{"type":"object","required":["a","b"]}]}}})",
                     R"({"v":{"a":1}})"),
              ElementsAre("/v: fits none of the allowed forms <{\"a\":1}>"));
}

TEST(RecordValidator, UnknownPropertiesWhereNoneMayBe) {
  EXPECT_THAT(faults(R"({"properties":{"name":{}},"additionalProperties":false})", R"({"nam":1,"zz":2})"),
              UnorderedElementsAre("/nam: unknown property, did you mean 'name'? <1>", "/zz: unknown property <2>"));
}

TEST(RecordValidator, PatternsAreLeftOutWhereAStringIsLong) {
  RecordValidator validator(
      R"({"properties":{"id":{"type":"integer"},"code":{"type":"string","pattern":"^(a|b)*$"},"at":{"format":"date"}}})",
      "the schema");
  EXPECT_THAT(faults(validator, R"({"code":"abc"})"), ElementsAre(R"(/code: must match the pattern ^(a|b)*$ <"abc">)"));
  // std::regex would need a stack of many megabytes for these.
  EXPECT_THAT(faults(validator, R"({"code":")" + std::string(4u << 20, 'a') + "\"}"), IsEmpty());
  EXPECT_THAT(faults(validator, R"({"at":"2024-01-01)" + std::string(4u << 20, '0') + R"(","id":"x"})"), SizeIs(1))
      << "too much to be told apart";
  EXPECT_THAT(
      faults(validator, R"({"text":")" + std::string(4000, 'a') + R"(","code":"x","at":"x","id":"x"})"),
      UnorderedElementsAre(R"(/at: must be a valid date <"x">)", R"(/id: expected integer, found string <"x">)"));
}

TEST(RecordValidator, ALongKeyIsNoDanger) {
  EXPECT_THAT(
      faults(R"({"patternProperties":{"^(a|b)*$":{"type":"integer"}}})", "{\"" + std::string(1u << 20, 'a') + "\":1}"),
      IsEmpty());
}

TEST(RecordValidator, OneRecordWithManyFaultsIsBounded) {
  RecordValidator validator(R"({"additionalProperties":false,"properties":{"v":{"items":{"type":"integer"}}}})",
                            "the schema");
  const std::string many = repeated("\"x\",", 20'000);
  EXPECT_THAT(faults(validator, "{\"v\":[" + many + "1]}"), SizeIs(RecordValidator::kMostFaults));
  EXPECT_THAT(faults(validator, "{\"v\":[" + repeated(many, 20) + "1]}"), ElementsAre(": breaks the schema <>"));
  std::string keys;
  for (int i = 0; i < 20'000; ++i) keys += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_THAT(faults(validator, "{" + keys + "\"v\":[]}"), SizeIs(RecordValidator::kMostFaults));
}

TEST(RecordValidator, ItemsThatAreManyAndAlikeAreNotCompared) {
  EXPECT_THAT(faults(R"({"properties":{"v":{"uniqueItems":true}}})", "{\"v\":[" + repeated("7,", 200'000) + "7]}"),
              IsEmpty());
}

TEST(RecordValidator, ADeepRecordInASchemaThatContainsItself) {
  const char* schema = R"({"properties":{"child":{"$ref":"#"},"n":{"type":"integer"}}})";
  const int depth = 900;
  EXPECT_THAT(faults(schema, repeated("{\"child\":", depth) + "{\"n\":1}" + std::string(depth, '}')), IsEmpty());
  EXPECT_THAT(faults(schema, repeated("{\"child\":", depth) + "{\"n\":\"x\"}" + std::string(depth, '}')), SizeIs(1));
}

TEST(RecordValidator, ASchemaThatIsNoneIsRefused) {
  EXPECT_THROW(RecordValidator("{\"type\":", "s"), Error);
  EXPECT_THROW(RecordValidator(R"({"$ref":"#/nowhere"})", "s"), Error);
  EXPECT_THROW(RecordValidator(R"({"properties":{"a":{"pattern":"("}}})", "s"), Error);
}

}  // namespace
}  // namespace integ::json
