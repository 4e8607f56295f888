#include "json/infer.hpp"

#include "json/record_validator.hpp"
#include "json/schema_compare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::json {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The records in an inference, and the promise that each fits what is proposed.
struct Seen {
  explicit Seen(const std::vector<std::string>& records) {
    for (const std::string& record : records) inference.see(Document::parse(record).root());
    RecordValidator validator(inference.schema(), "the proposed schema");
    for (const std::string& record : records) {
      const Document document = Document::parse(record);
      EXPECT_THAT(validator.check(document.root()), IsEmpty()) << record.substr(0, 200) << "\n" << inference.schema();
    }
  }
  Inference inference;
};

// The schema of the one member "v".
std::string of_v(const std::vector<std::string>& values) {
  std::vector<std::string> records;
  records.reserve(values.size());
  for (const std::string& value : values) records.push_back("{\"v\":" + value + "}");
  const std::string schema = Seen(records).inference.schema();
  const std::string head = R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"v":)";
  EXPECT_THAT(schema, testing::StartsWith(head));
  return schema.substr(head.size(), schema.size() - head.size() - 2);
}

TEST(Infer, EachTypeByItself) {
  EXPECT_EQ(of_v({"true", "false"}), R"({"type":"boolean"})");
  EXPECT_EQ(of_v({"1", "-5"}), R"({"type":"integer"})");
  EXPECT_EQ(of_v({"1.5", "1e3"}), R"({"type":"number"})");
  EXPECT_EQ(of_v({"\"\"", "\"x\""}), R"({"type":"string"})");
  EXPECT_EQ(of_v({"[]"}), R"({"type":"array"})");
  EXPECT_EQ(of_v({"{}"}), R"({"type":"object"})");
}

TEST(Infer, IntegersAndDoublesAreNumbers) {
  EXPECT_EQ(of_v({"1", "2.5"}), R"({"type":"number"})");
  EXPECT_EQ(of_v({"2.5", "1"}), R"({"type":"number"})");
  EXPECT_EQ(of_v({"1", "1.0"}), R"({"type":"number"})");
  EXPECT_EQ(of_v({"1", "18446744073709551617"}), R"({"type":"integer"})") << "of any length";
}

TEST(Infer, NullAndMissing) {
  EXPECT_EQ(of_v({"1", "null"}), R"({"type":["integer","null"]})");
  EXPECT_EQ(of_v({"null"}), R"({"description":"only null was seen"})");
  EXPECT_EQ(Seen({R"({"a":1,"v":"x"})", R"({"a":2})"}).inference.schema(),
            R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object",)"
            R"("properties":{"a":{"type":"integer"},"v":{"type":["string","null"]}}})");
  EXPECT_EQ(Seen({R"({"a":1})", R"({"a":2,"v":"x"})"}).inference.schema(),
            R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object",)"
            R"("properties":{"a":{"type":"integer"},"v":{"type":["string","null"]}}})")
      << "missing at first is missing as well";
}

TEST(Infer, MixedTypesAreAllNamed) {
  EXPECT_EQ(of_v({"1", "\"x\"", "true", "null", "[1]", "{\"a\":1}", "1.5"}),
            R"({"type":["boolean","number","string","array","object","null"],)"
            R"("properties":{"a":{"type":"integer"}},"items":{"type":"integer"}})");
}

TEST(Infer, FormatsWhereAllStringsHaveThem) {
  EXPECT_EQ(of_v({R"("2024-02-29")", R"("1999-12-31")"}), R"({"type":"string","format":"date"})");
  EXPECT_EQ(of_v({R"("2024-02-29T12:00:00Z")", R"("2024-02-29 12:00:00.123456+02:00")", "null"}),
            R"({"type":["string","null"],"format":"date-time"})");
  for (const char* other : {R"("2024-02-30")", R"("2024-02-29T12:00:00Z")", R"("")", R"("2024-2-9")"}) {
    EXPECT_EQ(of_v({R"("2024-02-29")", other}), R"({"type":"string"})") << other;
  }
  // Instants that the format does not know: no zone, no seconds, a zone without a colon, the end of a day.
  for (const char* other : {R"("2024-02-29T12:00:00")", R"("2024-02-29T12:00Z")", R"("2024-02-29T12:00:00+0200")",
                            R"("2024-02-29T24:00:00Z")", R"("2024\r02\r29")", R"("2024-02-29T12:00:00\u0000")"}) {
    EXPECT_EQ(of_v({other}), R"({"type":"string"})") << other;
  }
  EXPECT_EQ(of_v({R"("2024-02-29T12:00:00.)" + std::string(80, '1') + "Z\""}), R"({"type":"string"})");
  EXPECT_EQ(of_v({R"("2024-02-29T12:00:00.)" + std::string(41, '1') + "Z\""}), R"({"type":"string"})");
  EXPECT_EQ(of_v({R"("2024-02-29T12:00:00.)" + std::string(40, '1') + "+01:00\""}),
            R"({"type":"string","format":"date-time"})");
}

TEST(Infer, ObjectsInArraysInObjects) {
  EXPECT_EQ(of_v({R"([{"id":1,"tags":["a"]},{"id":2.5}])", R"([{"id":3,"tags":[null]},null])", "[]"}),
            R"({"type":"array","items":{"type":["object","null"],"properties":{"id":{"type":"number"},)"
            R"("tags":{"type":["array","null"],"items":{"type":["string","null"]}}}}})");
}

std::string nested(int levels) {
  std::string out;
  for (int i = 0; i < levels; ++i) out += "{\"a\":[";
  out += "1";
  for (int i = 0; i < levels; ++i) out += "]}";
  return out;
}

TEST(Infer, DeepNesting) {
  EXPECT_THAT(of_v({nested(90), nested(90), "null"}), HasSubstr(R"("items":{"type":"integer"})"));
  // Deeper than anybody can read the schema of, and than a schema could be nested.
  EXPECT_THAT(of_v({nested(400)}), testing::Not(HasSubstr("integer")));
}

TEST(Infer, ManyNamesAreAMap) {
  std::vector<std::string> records;
  for (int i = 0; i < 200; ++i) {
    std::string record = "{\"by_id\":{";
    for (int k = 0; k < 500; ++k) {
      record += (k == 0 ? "\"" : ",\"") + std::to_string(i * 500 + k) + R"(":{"n":)" + (k == 7 ? "1.5" : "1") + "}";
    }
    records.push_back(record + "}}");
  }
  const Seen seen(records);  // 100,000 names
  EXPECT_EQ(seen.inference.schema(),
            R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"by_id":{"type":)"
            R"("object","additionalProperties":{"type":"object","properties":{"n":{"type":"number"}}}}}})");
  EXPECT_FALSE(seen.inference.is_full());
}

TEST(Infer, AsManyNamesAsAStructMayHaveAreNoMap) {
  std::string record = "{";
  for (std::size_t k = 0; k < Inference::kMostKeys; ++k) {
    record += (k == 0 ? "\"n" : ",\"n") + std::to_string(k) + "\":1";
  }
  EXPECT_EQ(Seen({record + "}"}).inference.shape().members.size(), Inference::kMostKeys);
  const Seen map({record + R"(,"one_more":"x"})"});
  EXPECT_THAT(map.inference.shape().members, IsEmpty());
  EXPECT_EQ(map.inference.schema(), R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object",)"
                                    R"("additionalProperties":{"type":["integer","string"]}})");
}

TEST(Infer, AMapMeetsAnObjectOfTheSameNames) {
  // Merged when the object around them becomes a map itself.
  std::string record = "{";
  for (int outer = 0; outer < 251; ++outer) {
    record += (outer == 0 ? "\"" : ",\"") + std::to_string(outer) + "\":{\"x\":1,\"m\":{";
    const int names = outer == 5 ? 300 : 3;
    for (int k = 0; k < names; ++k) record += (k == 0 ? "\"" : ",\"") + std::to_string(k) + "\":true";
    record += "}}";
  }
  EXPECT_EQ(Seen({record + "}"}).inference.schema(),
            R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":{"type":)"
            R"("object","properties":{"x":{"type":"integer"},"m":{"type":"object","additionalProperties":)"
            R"({"type":"boolean"}}}}})");
}

TEST(Infer, MemoryHasAnEnd) {
  // Each level multiplies the names: more places than there may be.
  Inference inference;
  std::string inner = "{";
  for (int k = 0; k < 200; ++k)
    inner += (k == 0 ? "\"" : ",\"") + std::string(100, 'k') + std::to_string(k) + "\":[[1]]";
  inner += "}";
  std::string middle = "{";
  for (int k = 0; k < 200; ++k) middle += (k == 0 ? "\"m" : ",\"m") + std::to_string(k) + "\":" + inner;
  middle += "}";
  for (int i = 0; i < 3; ++i) inference.see(Document::parse("{\"v" + std::to_string(i) + "\":" + middle + "}").root());
  EXPECT_TRUE(inference.is_full());
  EXPECT_LT(inference.schema().size(), Inference::kMostBytes);
}

TEST(Infer, ANameThatComesTwiceCountsOnce) {
  EXPECT_EQ(Seen({R"({"a":1,"a":"x"})", R"({"b":1})"}).inference.schema(),
            R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object",)"
            R"("properties":{"a":{"type":["integer","null"]},"b":{"type":["integer","null"]}}})");
}

std::string compared(const char* declared, const std::vector<std::string>& records) {
  const Seen seen(records);
  return json_of(compare_with_schema(seen.inference.shape(), Document::parse(declared).root()));
}

TEST(SchemaCompare, WhatFitsIsNotTold) {
  EXPECT_EQ(compared(R"({"required":["a"],"properties":{"a":{"type":"number"},"b":{},"c":{"type":"object"}}})",
                     {R"({"a":1,"b":"x","c":{"any":1}})"}),
            R"({"undeclared":[],"differing":[],"missing":[],"unseen":[]})");
}

TEST(SchemaCompare, TellsWhatEachSideLacks) {
  EXPECT_EQ(compared(R"({"properties":{"id":{"type":"integer"},"gone":{"type":"string"},
                         "items":{"type":"array","items":{"type":"object","properties":{"sku":{"type":"string"}}}}}})",
                     {R"({"id":1,"new":true,"items":[{"sku":"x","price":1.5},{"price":null}]})"}),
            R"({"undeclared":[{"path":"/new","seen":["boolean"]},{"path":"/items/*/price","seen":["number","null"]}],)"
            R"("differing":[],"missing":[],"unseen":["/gone"]})");
}

TEST(SchemaCompare, TellsTypesAndFormatsThatDiffer) {
  EXPECT_EQ(compared(R"({"properties":{"id":{"type":"integer"},"at":{"type":"string","format":"date-time"},
                         "n":{"type":["string"]},"any":{"anyOf":[{"type":"string"},{"type":"integer"}]}}})",
                     {R"({"id":"1","at":"yesterday","n":null,"any":5})",
                      R"({"id":2,"at":"2024-01-01T00:00:00Z","n":"x","any":"y"})"}),
            R"({"undeclared":[],"differing":[{"path":"/id","declared":["integer"],"seen":["integer","string"]},)"
            R"({"path":"/at","declared":["date-time"],"seen":["string"]},)"
            R"({"path":"/n","declared":["string"],"seen":["string","null"]}],"missing":[],"unseen":[]})");
}

TEST(SchemaCompare, TellsWhatIsRequiredAndMissing) {
  EXPECT_EQ(compared(R"({"required":["id"],"properties":{"id":{"type":"integer"}}})", {R"({"id":1})", "{}", "{}"}),
            R"({"undeclared":[],"differing":[],"missing":[{"path":"/id","in":2,"of":3}],"unseen":[]})");
}

TEST(SchemaCompare, MapsByTheirValues) {
  std::string record = "{\"m\":{";
  for (int k = 0; k < 300; ++k) record += (k == 0 ? "\"" : ",\"") + std::to_string(k) + "\":\"x\"";
  record += "}}";
  EXPECT_EQ(compared(R"({"properties":{"m":{"type":"object","additionalProperties":{"type":"integer"}}}})", {record}),
            R"({"undeclared":[],"differing":[{"path":"/m/*","declared":["integer"],"seen":["string"]}],)"
            R"("missing":[],"unseen":[]})");
}

}  // namespace
}  // namespace integ::json
