#include "base/error.hpp"
#include "json/text.hpp"

#include <gtest/gtest.h>

namespace integ::json {
namespace {

std::string cut(const std::vector<std::string>& pointers, std::string_view record) {
  std::string out = ">";
  FieldCut(pointers).apply(record, out);
  return out.substr(1);
}

TEST(FieldCut, KeepsTheSelectedProperties) {
  const char* record = R"({"id":1.10,"name":"a\"}","address":{"city":"x","zip":{"a":1}},"tags":[ 1 ]})";
  EXPECT_EQ(cut({"/id", "/address/zip"}, record), R"({"id":1.10,"address":{"zip":{"a":1}}})");
  EXPECT_EQ(cut({"/name", "/tags"}, record), R"({"name":"a\"}","tags":[ 1 ]})");
  EXPECT_EQ(cut({"/nope"}, record), "{}");
  EXPECT_EQ(cut({}, record), "{}");
  EXPECT_EQ(cut({""}, record), record);
  EXPECT_EQ(cut({"/address", "/address/city"}, record), R"({"address":{"city":"x","zip":{"a":1}}})");
}

TEST(FieldCut, CutsItemsOfArraysAlikeAndLeavesScalars) {
  EXPECT_EQ(cut({"/lines/sku"}, R"({"lines":[{"sku":"a","p":1},{"p":2},[{"sku":"b","q":3}],7]})"),
            R"({"lines":[{"sku":"a"},{},[{"sku":"b"}],7]})");
  EXPECT_EQ(cut({"/address/city"}, R"({"address":null})"), R"({"address":null})");
}

TEST(FieldCut, ComparesEscapedKeysUnescaped) {
  EXPECT_EQ(cut({"/a~1b"}, R"({"\u0061\/b":1,"c":2})"), R"({"\u0061\/b":1})");
}

TEST(FieldCut, AppliesToSchemas) {
  const char* schema = R"({"type":"object","required":["id","name"],"properties":{
    "id":{"type":"integer"},"name":{"type":"string"},"address":{"$ref":"#/definitions/address"},
    "lines":{"type":"array","items":{"type":"object","required":["sku","p"],"properties":{"sku":{"type":"string"},"p":{}}}}},
    "definitions":{"address":{"type":"object","properties":{"city":{"type":"string"},"zip":{}}}}})";
  const std::string small = FieldCut({"/id", "/address/city", "/lines/sku"}).apply_to_schema(schema);
  const Document doc = Document::parse(small);
  EXPECT_EQ(doc.find("/required")->text, R"(["id"])");
  EXPECT_EQ(doc.find("/properties")->count, 3U);
  EXPECT_NE(doc.find("/properties/address/properties/city"), nullptr);
  EXPECT_EQ(doc.find("/properties/address/properties/zip"), nullptr);
  EXPECT_EQ(doc.find("/properties/lines/items/properties")->count, 1U);
  EXPECT_EQ(doc.find("/properties/lines/items/required")->text, R"(["sku"])");
  EXPECT_EQ(doc.find("/type")->text, "object");
}

TEST(FieldCut, BrokenTextNeverReadsOutside) {
  for (const char* record : {"{\"a\":", "{\"a", "{\"a\":1", "{\"a\":{\"b\":[", "{\"a\" 1}", "{a}", "{"}) {
    std::string out;
    EXPECT_THROW(FieldCut({"/a/b"}).apply(record, out), Error) << record;
  }
}

}  // namespace
}  // namespace integ::json
