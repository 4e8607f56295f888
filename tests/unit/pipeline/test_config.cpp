// Configurations typed by the connector's schema; secrets that no message shows.

#include "support.hpp"

namespace integ::pipeline::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSchema = R"({"type": "object", "properties": {
  "url": {"type": "string"}, "zip": {"type": "string"}, "limit": {"type": "integer"}, "rate": {"type": "number"},
  "flag": {"type": "boolean"}, "note": {"type": ["null", "string"]}, "mixed": {"type": ["integer", "string"]},
  "token": {"type": "string", "airbyte_secret": true}, "pin": {"type": "integer", "airbyte_secret": true},
  "tags": {"type": "array", "items": {"type": "string"}}, "free": {},
  "user": {"type": "object", "properties": {"age": {"type": "integer"}, "name": {"type": "string"}}},
  "headers": {"type": "object", "additionalProperties": {"type": "string"}},
  "open": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": true}}})";

std::string json_of(const std::string& config, const Variables& variables = {}) {
  return with_config(config, variables).config_json(kSchema);
}

// The config begins in line 5.
Error config_error(const std::string& config, const Variables& variables = {}) {
  return error_of([&] { json_of(config, variables); });
}

TEST(Config, StringsAreAsWritten) {
  for (const std::string text : {"007", "yes", "1e3", "true", "1.10", "0x1F", "2024-01-01", "+5"}) {
    EXPECT_EQ(json_of("  zip: " + text + "\n"), "{\"zip\":\"" + text + "\"}");
  }
  EXPECT_EQ(json_of("  zip: 'null'\n"), R"({"zip":"null"})");
  EXPECT_EQ(json_of("  zip: ''\n"), R"({"zip":""})");
  EXPECT_EQ(json_of("  tags: [1, no, 'a b']\n"), R"({"tags":["1","no","a b"]})");
  EXPECT_EQ(json_of("  headers: {X-A: 1, X-B: on}\n"), R"({"headers":{"X-A":"1","X-B":"on"}})");
}

TEST(Config, SubstitutedValuesAreTypedByTheSchema) {
  const Variables variables = {{"Z", "007"}, {"N", "null"}, {"L", "100"}, {"F", "true"}, {"E", ""}, {"A", "a: #\n*b"}};
  EXPECT_EQ(json_of("  zip: ${Z}\n", variables), R"({"zip":"007"})");
  EXPECT_EQ(json_of("  zip: ${N}\n", variables), R"({"zip":"null"})");
  EXPECT_EQ(json_of("  zip: ${E}\n", variables), R"({"zip":""})");
  EXPECT_EQ(json_of("  zip: ${A}\n", variables), R"({"zip":"a: #\n*b"})");
  EXPECT_EQ(json_of("  limit: ${L}\n  flag: ${F}\n", variables), R"({"limit":100,"flag":true})");
  EXPECT_EQ(json_of("  limit: \"${L}\"\n  flag: \"${F}\"\n", variables), R"({"limit":100,"flag":true})");
}

TEST(Config, NumbersKeepTheirDigits) {
  EXPECT_EQ(json_of("  limit: 18446744073709551617\n  rate: 0.30000000000000004\n"),
            R"({"limit":18446744073709551617,"rate":0.30000000000000004})");
  EXPECT_EQ(json_of("  free: {a: 1.10, b: [true, x, null, '5']}\n"), R"({"free":{"a":1.10,"b":[true,"x",null,"5"]}})");
}

TEST(Config, WhatTheSchemaAllowsMoreThanOneWay) {
  EXPECT_EQ(json_of("  mixed: 5\n"), R"({"mixed":5})");
  EXPECT_EQ(json_of("  mixed: '5'\n"), R"({"mixed":"5"})");
  EXPECT_EQ(json_of("  mixed: abc\n"), R"({"mixed":"abc"})");
  EXPECT_EQ(json_of("  note:\n"), R"({"note":null})");
  EXPECT_EQ(json_of("  note: ~\n"), R"({"note":null})");
  EXPECT_EQ(json_of("  limit: '5'\n"), R"({"limit":5})");
  EXPECT_EQ(json_of("  open: {a: 1, b: 2}\n"), R"({"open":{"a":"1","b":2}})");
}

TEST(Config, WhatCannotBeConvertedIsRefusedByName) {
  struct Case {
    const char* config;
    int line;
    int column;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"  limit: abc\n", 5, 10, "config.limit: expected an integer, found 'abc'"},
      {"  url: x\n  limit: 1.5\n", 6, 10, "config.limit: expected an integer, found '1.5'"},
      {"  limit:\n", 5, 3, "config.limit: expected an integer, found nothing"},
      {"  zip:\n", 5, 3, "config.zip: expected text, found nothing; quote it"},
      {"  zip: null\n", 5, 3, "config.zip: expected text, found nothing"},
      {"  zip: [a]\n", 5, 8, "config.zip: expected text, found a list"},
      {"  flag: maybe\n", 5, 9, "config.flag: expected true or false, found 'maybe'"},
      {"  tags: a\n", 5, 9, "config.tags: expected a list, found 'a'"},
      {"  tags: [a, {b: c}]\n", 5, 13, "config.tags.1: expected text, found a map"},
      {"  user: {age: x}\n", 5, 15, "config.user.age: expected an integer, found 'x'"},
      {"  user: bob\n", 5, 9, "config.user: expected a map, found 'bob'"},
      {"  urll: x\n", 5, 3, "config: unknown key 'urll', did you mean 'url'?"},
      {"  user: {nam: x}\n", 5, 10, "config.user: unknown key 'nam', did you mean 'name'?"},
  };
  for (const Case& c : cases) EXPECT_THAT(config_error(c.config), IsAt(c.line, c.column, c.says)) << c.config;
}

TEST(Config, EverythingThatIsWrongIsSaidAtOnce) {
  const Error error = config_error("  flag: maybe\n  url: x\n  limit: abc\n  ulr: y\n");
  EXPECT_THAT(error, IsAt(5, 9, "config.flag"));
  EXPECT_THAT(error.message(), AllOf(HasSubstr("p.yaml:7:10: config.limit: expected an integer, found 'abc'"),
                                     HasSubstr("p.yaml:8:3: config: unknown key 'ulr'")));
}

TEST(Config, SecretsAndVariablesAreNotShown) {
  EXPECT_THAT(config_error("  pin: canary\n"),
              IsAt(5, 8, "config.pin: expected an integer, found a value that is not"));
  for (const std::string config : {"  pin: canary\n", "  pin: '${S}'\n", "  limit: ${S}\n", "  flag: x${S}\n",
                                   "  token: [canary]\n", "  user: ${S}\n", "  tags: ${S}\n"}) {
    const Error error = config_error(config, {{"S", "canary"}});
    EXPECT_THAT(error.what(), Not(HasSubstr("canary"))) << config;
    EXPECT_EQ(error.where().line, 5) << config;
  }
  EXPECT_THAT(config_error("  limit: ${LIMIT:-many}\n", {{"LIMIT", "abc"}}),
              IsAt(5, 10, "config.limit: expected an integer, found the value of ${LIMIT}"));
}

TEST(Config, OfAnOutputWithItsSchema) {
  const Pipeline p = pipeline("name: p\nconnector: c\noutput: {protocol: x, path: 5, size: '7', bare: yes}\n");
  const std::string schema = R"({"type": "object", "properties": {"path": {"type": "string"},
      "size": {"type": "integer"}, "bare": {"type": "boolean"}}, "additionalProperties": false})";
  EXPECT_EQ(p.output_json(schema), R"({"path":")" + p.directory + R"(/5","size":7,"bare":true})");
  const Pipeline wrong = pipeline("name: p\nconnector: c\noutput: {protocol: x, bares: yes}\n");
  EXPECT_THAT(error_of([&] { wrong.output_json(schema); }), IsAt(3, 23, "output: unknown key 'bares', did you mean"));
}

TEST(Config, ABrokenSchemaIsThePluginsFault) {
  EXPECT_EQ(error_of([] { with_config("  a: 1\n").config_json("{"); }).kind(), Kind::plugin);
}

}  // namespace
}  // namespace integ::pipeline::test
