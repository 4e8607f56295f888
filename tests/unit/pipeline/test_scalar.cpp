// Text as JSON, by type.

#include "pipeline/scalar.hpp"
#include "support.hpp"

namespace integ::pipeline::test {
namespace {

using Json = std::optional<std::string>;

TEST(Scalar, ByType) {
  EXPECT_EQ(scalar_json("007", "string"), Json("\"007\""));
  EXPECT_EQ(scalar_json("a\"\n", "string"), Json("\"a\\\"\\n\""));
  EXPECT_EQ(scalar_json("100", "integer"), Json("100"));
  EXPECT_EQ(scalar_json(" -5 ", "integer"), Json("-5"));
  EXPECT_EQ(scalar_json("+007", "integer"), Json("7"));
  EXPECT_EQ(scalar_json("000", "integer"), Json("0"));
  EXPECT_EQ(scalar_json("18446744073709551617", "integer"), Json("18446744073709551617"));
  EXPECT_EQ(scalar_json("0x1F", "integer"), Json("31"));
  EXPECT_EQ(scalar_json("0o17", "integer"), Json("15"));
  EXPECT_EQ(scalar_json("0.30000000000000004", "number"), Json("0.30000000000000004"));
  EXPECT_EQ(scalar_json("-.5e-3", "number"), Json("-0.5e-3"));
  EXPECT_EQ(scalar_json("5.", "number"), Json("5"));
  EXPECT_EQ(scalar_json("1e3", "number"), Json("1e3"));
  EXPECT_EQ(scalar_json("True", "boolean"), Json("true"));
  EXPECT_EQ(scalar_json("no", "boolean"), Json("false"));
  EXPECT_EQ(scalar_json("1", "boolean"), Json("true"));
  EXPECT_EQ(scalar_json("[1, \"a\"]", "array"), Json("[1,\"a\"]"));
  EXPECT_EQ(scalar_json("{\"a\": 1}", "object"), Json("{\"a\":1}"));
  EXPECT_EQ(scalar_json("null", "null"), Json("null"));
}

TEST(Scalar, WhatCannotBe) {
  for (const char* text : {"", "abc", "1.5", "1e3", "0x", "0xG", "1_000", "--1", "- 1", "1 2"}) {
    EXPECT_EQ(scalar_json(text, "integer"), std::nullopt) << text;
  }
  for (const char* text : {"", ".", "-", "e5", "1e", "1e+", "1.2.3", ".inf", "nan", "1,5"}) {
    EXPECT_EQ(scalar_json(text, "number"), std::nullopt) << text;
  }
  for (const char* text : {"", "2", "yep"}) EXPECT_EQ(scalar_json(text, "boolean"), std::nullopt) << text;
  for (const char* text : {"", "{}", "[1", "a"}) EXPECT_EQ(scalar_json(text, "array"), std::nullopt) << text;
  EXPECT_EQ(scalar_json("[]", "object"), std::nullopt);
  EXPECT_EQ(scalar_json("x", "null"), std::nullopt);
}

TEST(Scalar, WithoutATypeByTheCoreSchema) {
  EXPECT_EQ(core_json("true"), "true");
  EXPECT_EQ(core_json("yes"), "\"yes\"");
  EXPECT_EQ(core_json("30s"), "\"30s\"");
  EXPECT_EQ(core_json("1.10"), "1.10");
  EXPECT_EQ(core_json("null"), "\"null\"");
  EXPECT_EQ(core_json(""), "\"\"");
  EXPECT_EQ(core_json("-"), "\"-\"");
  EXPECT_EQ(scalar_json("007", ""), Json("7"));
}

}  // namespace
}  // namespace integ::pipeline::test
