#include "plugin/validity.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace integ::plugin {
namespace {

TEST(Names, LowerCaseDigitsAndDashes) {
  EXPECT_TRUE(is_name("a"));
  EXPECT_TRUE(is_name("shop-2-go"));
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  for (const std::string& bad :
       {std::string(), std::string("A"), std::string("a_b"), std::string("a/b"), std::string("../x"),
        std::string("\xc3\xa9"), std::string(65, 'a'), std::string("a\0b", 3)}) {
    EXPECT_FALSE(is_name(bad)) << bad;
  }
}

TEST(Versions, AreSemantic) {
  for (const char* good : {"0.0.0", "1.2.3", "10.20.30", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-0.3.7",
                           "1.0.0-x-y-z.--", "1.0.0+20130313144700", "1.0.0-beta+exp.sha.5114f85", "1.0.0+001"}) {
    EXPECT_TRUE(is_semver(good)) << good;
  }
  for (const char* bad : {"", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.02.3", "1.2.3-", "1.2.3-01", "1.2.3+",
                          "1.2.x", "1.2.3-a..b", "1.2.3-a_b", " 1.2.3", "1.2.3\n"}) {
    EXPECT_FALSE(is_semver(bad)) << bad;
  }
}

TEST(AllowedHosts, SayHostsAndNothingElse) {
  for (const char* good : {"api.x.com", "api.x.com:8443", "*.x.com", "{config:/url}", "{config:/shop}.myshopify.com",
                           "[::1]:80", "localhost"}) {
    EXPECT_NO_THROW(check_allowed_host(good, "x")) << good;
  }
  for (const char* bad : {"", "https://api.x.com", "api.x.com/v1", "a*.x.com", "*", "*.*.com", "{config:url}",
                          "{config:/url", "{conf:/url}", "a b"}) {
    EXPECT_THROW(check_allowed_host(bad, "x"), Error) << bad;
  }
}

TEST(SchemaHas, PropertiesAtAnyDepth) {
  const json::Document schema = json::Document::parse(R"({"type": "object", "properties": {
    "id": {"type": "integer"}, "a/b": {}, "m~n": {},
    "address": {"type": "object", "properties": {"city": {"type": "string"}}},
    "free": {"type": "object"}, "list": {"type": "array", "items": {"type": "object"}},
    "shared": {"$ref": "#/$defs/shared"}, "circle": {"$ref": "#/properties/circle"},
    "either": {"anyOf": [{"type": "null"}, {"properties": {"x": {}}}]}},
    "$defs": {"shared": {"properties": {"deep": {}}}}})");
  for (const char* good :
       {"/id", "/a~1b", "/m~0n", "/address", "/address/city", "/free/anything", "/shared/deep", "/either/x"}) {
    EXPECT_TRUE(schema_has(schema.root(), good)) << good;
  }
  for (const char* bad : {"", "id", "/", "/nope", "/address/street", "/id/x", "/list/0", "/shared/shallow", "/circle/x",
                          "/m~2n", "/m~"}) {
    EXPECT_FALSE(schema_has(schema.root(), bad)) << bad;
  }
}

TEST(SchemaHas, PropertiesOfBranchesAtTheRoot) {
  const json::Document schema = json::Document::parse(R"({"properties": {}, "allOf": [{"properties": {"id": {}}}]})");
  EXPECT_TRUE(schema_has(schema.root(), "/id"));
  EXPECT_FALSE(schema_has(schema.root(), "/other"));
}

}  // namespace
}  // namespace integ::plugin
