// The user's choice of fields as APIs are asked for it. The host cuts the schema; here it is given as cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <string>

namespace {

struct Config {
  std::string url = "http://h";
};
INTEG_FIELDS(Config, url)

const char* const kSchema =
    R"({"type":"object","properties":{"Id":{"type":"integer"},"Name":{"type":["string","null"]},"Any":{},
        "Product":{"type":["object","null"],"properties":{"Id":{},"Maker":{"type":"object","properties":{"Code":{}}}}},
        "Lines":{"type":["array","null"],"items":{"type":"object","properties":{"No":{}}}},
        "Tags":{"type":"array","items":{"type":"string"}}}})";

// What `ask` answers in a run with that schema and these chosen fields (JSON pointers in JSON).
template <class Ask>
std::string asked(const std::string& schema, const std::string& fields, Ask ask) {
  std::string out;
  auto source =
      integ::Source::with_config<Config>("x", "1.0.0")
          .stream(integ::incremental<>("rows").schema(schema), [&](integ::HttpContext& ctx) { out = ask(ctx); });
  integ::testing::Host host;
  host.config(R"({"url":"http://h"})").selection(R"({"sync_mode":"incremental","fields":[)" + fields + "]}");
  const auto result = host.run(source.descriptor(), "rows");
  EXPECT_TRUE(result.ok()) << result.error;
  return out;
}
std::string names(const std::string& schema, const std::string& fields, const std::string& pointer = "") {
  return asked(schema, fields,
               [&](integ::HttpContext& ctx) { return integ::selected(ctx, pointer).value_or("everything"); });
}
std::string odata(const std::string& schema, const std::string& fields) {
  return asked(schema, fields, [&](integ::HttpContext& ctx) {
    integ::Request request("http://h");
    integ::odata_fields(ctx, request);
    return request.query_value("$select").value_or("-") + " " + request.query_value("$expand").value_or("-");
  });
}

TEST(Selected, NothingIsSaidWhereNothingWasChosen) {
  EXPECT_EQ(names(kSchema, ""), "everything");
  EXPECT_EQ(names(kSchema, "", "/Product"), "everything");
}

TEST(Selected, NamesAreThoseOfTheCutSchema) {
  const std::string cut =
      R"({"type":"object","properties":{"Id":{},"Product":{"type":"object","properties":{"Id":{}}}}})";
  EXPECT_EQ(names(cut, R"("/Id","/Product/Id")"), "Id,Product");
  EXPECT_EQ(names(cut, R"("/Id","/Product/Id")", "/Product"), "Id");
  EXPECT_EQ(names(cut, R"("/Id","/Product")", "/Product"), "everything") << "the object was chosen as a whole";
  EXPECT_EQ(names(cut, R"("/Id","/Produc")", "/Product"), "Id") << "another name that begins alike";
  EXPECT_EQ(names(cut, R"("/Id")", "/Nowhere"), "everything") << "an empty list would ask for nothing at all";
}

// For APIs that leave out what is not asked for by name.
TEST(Declared, NamesAreThoseOfTheSchemaWhetherChosenOrNot) {
  const auto declared = [](const std::string& schema, const std::string& fields, const std::string& pointer = "") {
    return asked(schema, fields,
                 [&](integ::HttpContext& ctx) { return integ::declared(ctx, pointer).value_or("none"); });
  };
  EXPECT_EQ(declared(kSchema, ""), "Id,Name,Any,Product,Lines,Tags");
  EXPECT_EQ(declared(kSchema, "", "/Product"), "Id,Maker");
  EXPECT_EQ(declared(R"({"type":"object","properties":{"Id":{}}})", R"("/Id")"), "Id");
  EXPECT_EQ(declared(kSchema, "", "/Name"), "none");
}

TEST(ODataFields, ObjectsAreExpandedAlsoWhereNothingWasChosen) {
  EXPECT_EQ(odata(kSchema, ""), "- Product($expand=Maker),Lines");
  EXPECT_EQ(odata(R"({"type":"object","properties":{"Id":{}}})", ""), "- -");
}

TEST(ODataFields, WhatWasChosenIsSelectedOnItsLevel) {
  const std::string cut =
      R"({"type":"object","properties":{"Id":{},"Name":{},
          "Product":{"type":"object","properties":{"Id":{},"Maker":{"type":"object","properties":{"Code":{}}}}},
          "Lines":{"type":"array","items":{"type":"object","properties":{"No":{}}}}}})";
  EXPECT_EQ(odata(cut, R"("/Id","/Name","/Product/Id","/Product/Maker","/Lines")"),
            "Id,Name Product($select=Id;$expand=Maker),Lines");
  EXPECT_EQ(odata(cut, R"("/Id","/Name","/Product/Id","/Product/Maker/Code","/Lines/No")"),
            "Id,Name Product($select=Id;$expand=Maker($select=Code)),Lines($select=No)");
}

}  // namespace
