// CSV and TSV, by what spreadsheets, databases and report APIs write.
#include "read.hpp"

#include <gmock/gmock.h>

#include <random>

namespace integ::test {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Why = json::ReadError::Why;

TEST(CsvReader, RowsBecomeObjects) {
  const ReadCase cases[] = {
      {"csv", "id,name\r\n1,a\r\n2,b\r\n", R"([{"id":"1","name":"a"},{"id":"2","name":"b"}])"},
      {"csv", "id,name\n1,a\n2,b", R"([{"id":"1","name":"a"},{"id":"2","name":"b"}])"},
      {"csv", "id,name\r1,a\r2,b\r", R"([{"id":"1","name":"a"},{"id":"2","name":"b"}])"},
      {"csv", "", "[]"},
      {"csv", "\r\n\n", "[]"},
      {"csv", "id,name\r\n", "[]"},
      {"csv", "id,name", "[]"},
      {"csv", "id\n1\n\n2\n\n", R"([{"id":"1"},{"id":"2"}])"},
      {"csv", "id\n\"\"\n2\n", R"([{"id":""},{"id":"2"}])"},
      {"csv", "a,b\n,\n", R"([{"a":"","b":""}])"},
      {"csv", "a,b\n1,", R"([{"a":"1","b":""}])"},
      {"csv", "a,b\n\"x,y\",\"l1\r\nl2\"\n", R"([{"a":"x,y","b":"l1\r\nl2"}])"},
      {"csv", "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", R"([{"a":"say \"hi\"","b":"\""}])"},
      {"csv", "a,b\n5\" pipe,it's\n", R"([{"a":"5\" pipe","b":"it's"}])"},
      {"csv", "a,b\n 1 ,\t2\n", R"([{"a":" 1 ","b":"\t2"}])"},
      {"csv", "\"a\",\"b,c\"\n1,2\n", R"([{"a":"1","b,c":"2"}])"},
      {"csv", "a\n\\\x01\x7F\n", "[{\"a\":\"\\\\\\u0001\x7F\"}]"},
      {"csv", "a\nx\0y\n"s, R"([{"a":"x\u0000y"}])"},
      {"csv", "\xEF\xBB\xBFid\n\xC3\xA9\n", "[{\"id\":\"\xC3\xA9\"}]"},
      {"csv", "\xEF\xBB\xBF\"id\"\n1\n", R"([{"id":"1"}])"},
      {"csv?delimiter=;", "a;b\n1,5;2\n", R"([{"a":"1,5","b":"2"}])"},
      {"csv?delimiter=%7C&quote='", "a|b\n'x|''y'|\"\n", R"([{"a":"x|'y","b":"\""}])"},
      {"tsv", "a\tb\n1\t\"x\ty\"\n", R"([{"a":"1","b":"x\ty"}])"},
      {"tsv?quote=none", "a\tb\n\"1\t2\"\n", R"([{"a":"\"1","b":"2\""}])"},
      {"csv?header=false", "1,a\n2,b\n", R"([{"column_1":"1","column_2":"a"},{"column_1":"2","column_2":"b"}])"},
      {"csv?header=false", "", "[]"},
      {"csv?header=false&columns=id,name", "1,a\n", R"([{"id":"1","name":"a"}])"},
      {"csv?header=false&columns=id,name", "", "[]"},
      {"csv?skip=2", "Report of 2024\n\"made, by hand\nid\n1\n", R"([{"id":"1"}])"},
      {"csv?skip=9", "a\n1\n", "[]"},
      {"csv?columns=b", "a,b\n1,2\n", R"([{"a":"1","b":"2"}])"},
  };
  for (const ReadCase& one : cases)
    EXPECT_EQ(json_of(one.parser, one.body), one.json) << one.parser << "\n" << one.body;
}

// A JSON object with one name twice would lose one of the values.
TEST(CsvReader, NamesAreMadeUniqueAndNotEmpty) {
  EXPECT_EQ(json_of("csv", "a,,a,\n1,2,3,4\n"), R"([{"a":"1","column_2":"2","a_2":"3","column_4":"4"}])");
  EXPECT_EQ(json_of("csv", "a,a,a_2,a\n1,2,3,4\n"), R"([{"a":"1","a_3":"2","a_2":"3","a_4":"4"}])");
  EXPECT_EQ(json_of("csv", ",column_1\n1,2\n"), R"([{"column_1_2":"1","column_1":"2"}])");
  EXPECT_EQ(json_of("csv", "\"a\"\"b\",\"c\nd\"\n1,2\n"), R"([{"a\"b":"1","c\nd":"2"}])");
}

TEST(CsvReader, ManyEqualNamesTakeNoSquareOfTime) {
  std::string header = "a";
  for (int i = 1; i < 200'000; ++i) header += ",a";
  const Read got = read("csv", header + "\n");
  EXPECT_EQ(got.json, "[]");
}

struct Fault {
  const char* parser;
  std::string body;
  Why why;
  const char* said;
};

TEST(CsvReader, RaggedRowsAreErrorsWithTheirPlace) {
  const Fault cases[] = {
      {"csv", "id,name\n1,a\n2\n3,c\n", Why::malformed, "csv: line 3 (byte 12) has 1 value, the header has 2; 'name'"},
      {"csv", "id,name\r\n1,a,x\r\n", Why::malformed, "csv: line 2 (byte 9) has 3 values, the header has 2"},
      {"csv", "id,name\n\"1\n2\",a\n3\n", Why::malformed, "line 4 (byte 16) has 1 value"},
      {"csv", "id,name\n1,a\n2", Why::cut, "line 3 (byte 12) has 1 value"},
      {"csv", "id,name\n1,a,x", Why::malformed, "has 3 values"},
      {"csv", "id,name\n1,\"a\n2,b\n", Why::cut, "the quoted value that begins on line 2 (byte 10) has no end"},
      {"csv", "id,name\n1,\"a\"x\n", Why::malformed, "something follows the closing quote on line 2 (byte 12)"},
      {"tsv", "id\tname\n1\n", Why::malformed, "tsv: line 2 (byte 8) has 1 value"},
      {"csv?header=false", "1,2\n3\n", Why::malformed, "line 2 (byte 4) has 1 value, expected are 2; 'column_2'"},
      {"csv?header=false&columns=a,b", "1\n", Why::malformed, "has 1 value, expected are 2; 'b'"},
  };
  for (const Fault& one : cases) {
    const Read got = read(one.parser, one.body);
    EXPECT_EQ(got.error, one.why) << one.body << got;
    EXPECT_THAT(got.message, HasSubstr(one.said)) << one.body;
  }
  EXPECT_THAT(read("csv", "id,name\n1,a\nbroken\n3,c\n").piece, StartsWith("broken\n"));
}

// A page of errors with status 200 is no list of no records.
TEST(CsvReader, WhatIsNoCsvIsNoEmptyList) {
  EXPECT_EQ(read("csv", "<!DOCTYPE html><p>Log in").error, Why::html);
  EXPECT_EQ(read("csv", " \n<HTML>").error, Why::html);
  EXPECT_EQ(read("csv", R"({"error": "no such report"})").error, Why::refused);
  EXPECT_THAT(read("csv", "<?xml version='1.0'?>\n<Error/>").message, HasSubstr("the answer is XML"));
  EXPECT_THAT(read("csv", "[]").message, HasSubstr("the answer is JSON"));
  EXPECT_EQ(json_of("csv", "{id},[x]\n1,2\n"), R"([{"{id}":"1","[x]":"2"}])");
  const Read unavailable = read("csv?columns=id,name", "Service Unavailable\n");
  EXPECT_EQ(unavailable.error, Why::malformed);
  EXPECT_THAT(unavailable.message, HasSubstr("the header on line 1 (byte 0) does not have id and name"));
  EXPECT_EQ(unavailable.piece, "Service Unavailable\n");
  EXPECT_EQ(read("csv?columns=id,name", "id,na").error, Why::cut);
  EXPECT_EQ(read("csv?columns=id,name", "").error, Why::cut);
}

TEST(CsvReader, Charsets) {
  const std::string latin = "name\nJ\xFCrgen \x80\n";
  EXPECT_EQ(json_of("csv?charset=windows-1252", latin), "[{\"name\":\"J\xC3\xBCrgen \xE2\x82\xAC\"}]");
  EXPECT_EQ(json_of("csv", latin, {.content_type = "text/csv; header=present; Charset=\"Windows-1252\""}),
            "[{\"name\":\"J\xC3\xBCrgen \xE2\x82\xAC\"}]");
  EXPECT_EQ(json_of("csv?charset=windows-1252", latin, {.content_type = "text/csv; charset=utf-8"}),
            "[{\"name\":\"J\xC3\xBCrgen \xE2\x82\xAC\"}]");
  const std::string utf16le = "\xFF\xFEi\0d\0\n\0\xE9\0\n\0"s;
  EXPECT_EQ(json_of("csv", utf16le), "[{\"id\":\"\xC3\xA9\"}]");
  EXPECT_EQ(json_of("csv", utf16le, {.content_type = "text/csv; charset=utf-8"}), "[{\"id\":\"\xC3\xA9\"}]");
  EXPECT_EQ(json_of("csv", "\xFE\xFF\0i\0d\0\n\0\xE9"s), "[{\"id\":\"\xC3\xA9\"}]");
  EXPECT_EQ(json_of("csv?charset=utf-16le", utf16le.substr(2)), "[{\"id\":\"\xC3\xA9\"}]");
  EXPECT_THAT(read("csv", utf16le.substr(2)).message, HasSubstr("charset=utf-16le"));
  EXPECT_EQ(json_of("csv?charset=shift_jis", "\x93\xFA\n1\n"), "[{\"\xE6\x97\xA5\":\"1\"}]");
}

TEST(CsvReader, BytesWithoutAMeaningAreReplacedAndCounted) {
  const Read utf8 = read("csv", "id,n\n\xFF,a\xC3\n\"\xE2\x82\",b\n");
  EXPECT_EQ(utf8.json, "[{\"id\":\"\xEF\xBF\xBD\",\"n\":\"a\xEF\xBF\xBD\"},{\"id\":\"\xEF\xBF\xBD\",\"n\":\"b\"}]");
  EXPECT_EQ(utf8.replaced, 3U);
  const Read latin = read("csv?charset=windows-1252", "a\n\x81|\x8D\n");
  EXPECT_EQ(latin.json, "[{\"a\":\"\xEF\xBF\xBD|\xEF\xBF\xBD\"}]");
  EXPECT_EQ(latin.replaced, 2U);
  const Read utf16 = read("csv?charset=utf-16le", "a\0\n\0\0\xD8x\0"s);  // half a pair
  EXPECT_EQ(utf16.json, "[{\"a\":\"\xEF\xBF\xBDx\"}]");
  EXPECT_EQ(utf16.replaced, 1U);
}

TEST(CsvReader, TextThatEndsInsideACharacterIsCut) {
  const Read got = read("csv",
                        "\xFF\xFE"
                        "a\0\n\0"
                        "1"s);
  EXPECT_EQ(got.error, Why::cut);
  EXPECT_THAT(got.message, HasSubstr("ends inside a character of UTF-16LE"));
}

TEST(CsvReader, AServersUnknownCharsetIsNamed) {
  const Read got = read("csv", "a\n1\n", {.content_type = "text/csv; charset=x-made/up"});
  EXPECT_EQ(got.error, Why::refused);
  EXPECT_THAT(got.message, AllOf(HasSubstr("x-made/up"), HasSubstr("charset=")));
}

TEST(CsvReader, LimitsHoldForWhatIsMade) {
  const std::string wide = std::string(1000, 'n') + "\n";
  std::string body = wide;
  for (int i = 0; i < 1000; ++i) body += "1\n";
  const Read got = read("csv", body, {}, {.max_bytes = 100'000});
  EXPECT_EQ(got.error, Why::too_large);
  EXPECT_THAT(got.message, HasSubstr("max_body (100000 bytes)"));
  EXPECT_EQ(read("csv?charset=latin1", std::string(2000, '\xE9'), {}, {.max_bytes = 3000}).error, Why::too_large);
}

// A cut body never gives a row that was not there; where the cut lies between two rows, nobody can tell.
TEST(CsvReader, CutAnywhereItGivesRowsOfTheWholeOrAnError) {
  const std::string whole = "id,name,note\r\n1,\"a \"\"b\"\"\",x\r\n2,\"c\r\nd\",\r\n3,e,\"f,g\"\r\n";
  const std::string all = json_of("csv", whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Read got = read("csv", whole.substr(0, size));
    if (got.error) {
      EXPECT_EQ(got.error, Why::cut) << size << got;
      continue;
    }
    // All rows but the last are whole; the last may lack the end of its last value.
    const std::size_t last = got.json.rfind('{');
    if (last == std::string::npos) continue;
    EXPECT_EQ(got.json.substr(0, last), all.substr(0, last)) << size;
    EXPECT_THAT(got.json.substr(last), HasSubstr("\"note\":")) << size;
  }
}

// Generated tables, written as RFC 4180 says, come back as they were.
TEST(CsvReader, WhatIsWrittenIsRead) {
  std::mt19937 random(7);
  const auto number = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::string pieces[] = {"a", "\"", ",", "\r\n", "\n", "\xC3\xA9", " ", "\\", "\t", "x y", "1", ";"};
  for (int round = 0; round < 300; ++round) {
    const int columns = 1 + number(4);
    std::string body;
    std::string expected = "[";
    for (int c = 0; c < columns; ++c) body += (c > 0 ? ",c" : "c") + std::to_string(c);
    body += "\r\n";
    const int rows = number(5);
    for (int r = 0; r < rows; ++r) {
      expected += r > 0 ? ",{" : "{";
      for (int c = 0; c < columns; ++c) {
        std::string value;
        for (int n = number(5); n > 0; --n) value += pieces[number(12)];
        const bool quoted = value.empty() || number(2) == 0 || value.find_first_of("\",\r\n") != std::string::npos;
        std::string written = value;
        for (std::size_t at = 0; quoted && (at = written.find('"', at)) != std::string::npos; at += 2) {
          written.insert(at, 1, '"');
        }
        body += (c > 0 ? "," : "") + (quoted ? '"' + written + '"' : written);
        std::string escaped;
        for (const char byte : value) {
          escaped += byte == '"'    ? "\\\""
                     : byte == '\\' ? "\\\\"
                     : byte == '\n' ? "\\n"
                     : byte == '\r' ? "\\r"
                     : byte == '\t' ? "\\t"
                                    : std::string(1, byte);
        }
        expected += (c > 0 ? ",\"c" : "\"c") + std::to_string(c) + "\":\"" + escaped + "\"";
      }
      expected += "}";
      if (r + 1 < rows || number(2) == 0) body += number(2) == 0 ? "\n" : "\r\n";
    }
    ASSERT_EQ(json_of("csv", body), expected + "]") << body;
  }
}

}  // namespace
}  // namespace integ::test
