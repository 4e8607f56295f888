// Values come out of the file as the server sent them.
#include "fake_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sqlite_test {
namespace {

using ::testing::ElementsAre;

class Values : public ::testing::Test {
 protected:
  // Writes the records and reads `columns` back.
  std::vector<std::string> round(const StreamSpec& spec, const std::vector<std::string>& records,
                                 const std::string& columns) {
    FakeRun run(path);
    const auto* stream = run.stream(spec);
    run.records(stream, records);
    run.close();
    return rows(path, "SELECT " + columns + " FROM " + spec.name + " ORDER BY rowid");
  }
  Folder folder;
  std::string path = folder / "out.db";
};

TEST_F(Values, NulInsideATextIsKept) {
  EXPECT_THAT(round({}, {R"({"name":"a\u0000b"})"}, "name, length(CAST(name AS BLOB))"), ElementsAre("'a\\0b'|3"));
}

TEST_F(Values, ALoneSurrogateKeepsItsRowAndItsEscape) {
  EXPECT_THAT(round({},
                    {R"({"name":"x\ud800y"})", R"({"name":"\ud800\ud83d\ude00"})", R"({"name":"\udc00"})",
                     R"({"name":"end\ud83d"})"},
                    "name"),
              ElementsAre(R"('x\ud800y')", "'\\ud800\xF0\x9F\x98\x80'", R"('\udc00')", R"('end\ud83d')"));
}

TEST_F(Values, EscapesBecomeTheirCharacters) {
  EXPECT_THAT(round({}, {R"({"name":"\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00é"})"}, "name"),
              ElementsAre("'\"\\/\b\f\n\r\t\u00e9\u20ac\U0001F600\u00e9'"));
}

TEST_F(Values, F105_NullAndMissingAreNull) {
  EXPECT_THAT(round({}, {R"({"name":"a","url":null})", R"({"name":"b"})", R"({"name":"c","url":"null"})"}, "url"),
              ElementsAre("NULL", "NULL", "'null'"));
}

TEST_F(Values, F105_NullInAColumnOfJsonIsNull) {
  StreamSpec spec;
  spec.schema = R"({"properties":{"name":{"type":"string"},"data":{"type":"object"}}})";
  EXPECT_THAT(round(spec, {R"({"name":"a","data":null})", R"({"name":"b","data":{"x":null}})"}, "data"),
              ElementsAre("NULL", R"('{"x":null}')"));
}

TEST_F(Values, ObjectsAndArraysAreTheirOwnText) {
  StreamSpec spec;
  spec.schema = R"({"properties":{"name":{"type":"string"},"o":{"type":"object"},"l":{"type":"array"}}})";
  EXPECT_THAT(round(spec, {R"({"name":"a", "o" : {"n": 1.10, "s":"}\"]"} , "l":[ [], {"a":"\u00e9"} ] })"}, "o, l"),
              ElementsAre(R"('{"n": 1.10, "s":"}\"]"}'|'[ [], {"a":"\u00e9"} ]')"));
}

TEST_F(Values, F101_IntegersBeyond64BitsAreTheirDigits) {
  StreamSpec spec;
  spec.schema = R"({"properties":{"name":{"type":"integer"}}})";
  EXPECT_THAT(
      round(spec, {R"({"name":18446744073709551617})", R"({"name":9223372036854775807})"}, "name, typeof(name)"),
      ElementsAre("'18446744073709551617'|'text'", "9223372036854775807|'integer'"));
}

TEST_F(Values, ColumnsAreOfTheSchemasTypes) {
  StreamSpec spec;
  spec.schema = R"({"properties":{"name":{"type":"string"},"at":{"type":["null","string"],"format":"date-time"},)"
                R"("o":{"type":"object"},"l":{"type":["array","null"]},"i":{"type":"integer"},"x":{"type":"number"},)"
                R"("b":{"type":"boolean"},"mixed":{"type":["string","integer"]},"either":{"anyOf":[{"type":"string"},)"
                R"({"type":"number"}]},"texts":{"oneOf":[{"type":"string"},{"type":"null"}]},"any":{}}})";
  round(spec, {}, "name");
  EXPECT_THAT(
      rows(path, "SELECT group_concat(name, ' ') FROM pragma_table_info('pokemon') GROUP BY type ORDER BY type"),
      ElementsAre("'i x b mixed either any'", "'name at o l texts _integ_extracted_at'"));
  EXPECT_EQ(value(path, "SELECT strict FROM pragma_table_list('pokemon')"), "1");
}

TEST_F(Values, F102_TypesThatChangeOverTwoRuns) {
  StreamSpec spec;
  spec.schema = R"({"properties":{"name":{"type":"string"},"x":{"type":"integer"}}})";
  round(spec, {R"({"name":"a","x":5})", R"({"name":"b","x":3.7})", R"({"name":"c","x":true})"}, "x");
  EXPECT_THAT(
      round(spec, {R"({"name":"d","x":"n/a"})", R"({"name":"e","x":null})", R"({"name":"f","x":{"a":1}})"}, "x"),
      ElementsAre("5", "real 3.7", "'true'", "'n/a'", "NULL", R"('{"a":1}')"));
}

TEST_F(Values, ASchemaThatBecomesNumericLeavesTheTextColumnExact) {
  StreamSpec spec;
  round(spec, {R"({"name":"a","url":"x"})"}, "url");
  spec.schema = R"({"properties":{"name":{"type":"string"},"url":{"type":"number"}}})";
  EXPECT_THAT(round(spec, {R"({"name":"b","url":0.30000000000000004})", R"({"name":"c","url":true})"}, "url"),
              ElementsAre("'x'", "'0.30000000000000004'", "'true'"));
}

TEST_F(Values, ATextColumnKeepsANumbersOwnText) {
  EXPECT_THAT(round({}, {R"({"name":1.10,"url":18446744073709551617})"}, "name, url"),
              ElementsAre("'1.10'|'18446744073709551617'"));
}

TEST_F(Values, BooleansWhereTheSchemaHasThem) {
  StreamSpec spec;
  spec.schema = R"({"properties":{"name":{"type":"string"},"b":{"type":["boolean","null"]},)"
                R"("a":{"anyOf":[{"type":"null"},{"type":"boolean"}]}}})";
  EXPECT_THAT(round(spec, {R"({"name":"a","b":true,"a":false})"}, "b, a"), ElementsAre("1|0"));
}

TEST_F(Values, AMemberThatComesTwiceCountsAsTheLast) {
  EXPECT_THAT(round({}, {R"({"name":"a","url":"1","url":"2","new":1,"new":2})"}, "name, url, new"),
              ElementsAre("'a'|'2'|2"));
}

TEST_F(Values, TextsOfOneRecordDoNotDisturbEachOther) {
  // Escaped texts share a buffer while they are bound; the second record is longer than the first.
  const std::string big(100'000, 'x');
  EXPECT_THAT(round({}, {R"({"name":"\u0061","url":"\u0062"})", R"({"name":"\u0063)" + big + R"(","url":"\u0064"})"},
                    "substr(name, 1, 2), url"),
              ElementsAre("'a'|'b'", "'cx'|'d'"));
}

TEST_F(Values, EachRowSaysWhenItWasExtracted) {
  EXPECT_THAT(round({}, {R"({"name":"a"})"}, "_integ_extracted_at"), ElementsAre("'2024-01-02T03:04:05.678Z'"));
}

TEST_F(Values, ARecordWithThousandsOfMembersLosesNone) {
  std::string record = R"({"name":"a")";
  for (int i = 0; i < 2500; ++i) record += ",\"m" + std::to_string(i) + "\":" + std::to_string(i);
  FakeRun run(path);
  const auto* stream = run.stream({});
  run.records(stream, {record + "}", R"({"name":"b"})"});
  run.close();
  EXPECT_EQ(value(path, "SELECT m0, m997 FROM pokemon WHERE name = 'a'"), "0|997");
  EXPECT_EQ(value(path, "SELECT count(*), sum(value) FROM pokemon, json_each(_integ_more) WHERE name = 'a'"),
            std::to_string(2500 - 998) + "|" + std::to_string((998 + 2499) * (2500 - 998) / 2));
  EXPECT_EQ(value(path, "SELECT _integ_more FROM pokemon WHERE name = 'b'"), "NULL");
}

}  // namespace
}  // namespace sqlite_test
