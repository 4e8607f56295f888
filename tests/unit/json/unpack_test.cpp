// gzip and zip around a format, and JSON Lines.
#include "read.hpp"
#include "support/packed.hpp"

#include <gmock/gmock.h>

#include <random>

namespace integ::test {
namespace {

using namespace std::string_literals;
using support::gzip;
using support::zip;
using support::ZipFile;
using testing::AllOf;
using testing::HasSubstr;
using Why = json::ReadError::Why;

constexpr const char* kCsv = "id\n1\n";
constexpr const char* kRows = R"([{"id":"1"}])";

TEST(Layers, OneInTheOther) {
  EXPECT_EQ(json_of("gzip,csv", gzip(kCsv)), kRows);
  EXPECT_EQ(json_of("gzip,csv", gzip("id\n") + gzip("1\n")), kRows) << "two members";
  EXPECT_EQ(json_of("zip,csv", zip({{"a.csv", kCsv}})), kRows);
  EXPECT_EQ(json_of("zip,gzip,csv", zip({{"a.csv.gz", gzip(kCsv), 0}})), kRows);
  EXPECT_EQ(json_of("gzip,gzip,gzip,jsonl", gzip(gzip(gzip("{\"a\":1}\n{\"a\":2}\n")))), R"([{"a":1},{"a":2}])");
  EXPECT_EQ(json_of("gzip", gzip(R"({"a":1})")), R"({"a":1})");
  EXPECT_EQ(json_of("gzip,json", gzip("[]")), "[]");
  EXPECT_EQ(json_of("gzip,xml", gzip("<a/>")), R"({"a":""})");
}

TEST(Layers, WhereNothingWasSaidTheFirstBytesTell) {
  EXPECT_EQ(json_of("", gzip("[1]")), "[1]");
  EXPECT_EQ(json_of("", zip({{"a.json", "[1]"}})), "[1]");
  EXPECT_EQ(json_of("", gzip(zip({{"a.json", gzip("[1]")}}))), "[1]");
  EXPECT_EQ(json_of("", "[1]"), "[1]");
}

TEST(Gzip, CutAnywhereItIsCutAndBrokenItIsBroken) {
  const std::string whole = gzip("id,name\n1,a\n2,b\n");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Read got = read("gzip,csv", whole.substr(0, size));
    // Of one byte nobody can say what it is the begin of.
    EXPECT_EQ(got.error, size == 1 ? Why::malformed : Why::cut) << size << ": " << got;
  }
  for (std::size_t at = 10; at < whole.size(); ++at) {
    std::string broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x55);
    EXPECT_TRUE(read("gzip,csv", broken).error) << at;
  }
  EXPECT_THAT(read("gzip,csv", whole.substr(0, 20)).message, HasSubstr("gzip: the compressed body ends too early"));
}

TEST(Gzip, WhatIsNotPackedIsAnErrorUnlessTheTransferUnpackedIt) {
  const Read plain = read("gzip,csv", kCsv);
  EXPECT_EQ(plain.error, Why::malformed);
  EXPECT_THAT(plain.message, HasSubstr("gzip: the body does not begin as gzip does"));
  EXPECT_EQ(plain.piece, kCsv);
  EXPECT_EQ(json_of("gzip,csv", kCsv, {.content_type = "", .was_encoded = true}), kRows);
  EXPECT_EQ(read("gzip,csv", "<html>").error, Why::html);
}

TEST(Gzip, ItsLimits) {
  const std::string bomb = gzip(std::string(8u << 20, 'a'));
  EXPECT_EQ(read("gzip,csv", bomb, {}, {.max_bytes = 1u << 20}).error, Why::too_large);
  const Read ratio = read("gzip,csv", bomb, {}, {.max_bytes = 256u << 20});
  EXPECT_EQ(ratio.error, Why::too_large);
  EXPECT_THAT(ratio.message, HasSubstr("more than 200 times"));
}

TEST(Zip, Entries) {
  EXPECT_EQ(json_of("zip,csv", zip({{"stored.csv", kCsv, 0}})), kRows);
  EXPECT_EQ(json_of("zip,csv", zip({{"a.csv", kCsv}}, "PK\x05\x06 in a comment")), kRows);
  EXPECT_EQ(json_of("zip,csv", zip({{"streamed.csv", kCsv, 8, 8}})), kRows) << "sizes behind the data";
  EXPECT_EQ(json_of("zip,csv", zip({{"empty.csv", "", 0}})), "[]");
  EXPECT_EQ(json_of("zip,csv", zip({{"folder/", "", 0}, {"folder/a.csv", kCsv}, {"__MACOSX/._a.csv", "x"}})), kRows);
  const std::string two = zip({{"manifest.json", "{}"}, {"report-2024.csv", kCsv}, {"README", "x"}});
  EXPECT_EQ(json_of("zip?entry=report-2024.csv,csv", two), kRows);
  EXPECT_EQ(json_of("zip?entry=*.csv,csv", two), kRows);
  EXPECT_EQ(json_of("zip?entry=r*t-*4.*v*,csv", two), kRows);
  EXPECT_EQ(json_of("zip?entry=*.json", two), "{}");
}

TEST(Zip, WhatIsWrongIsSaid) {
  const std::string two = zip({{"a.csv", kCsv}, {"b.csv", kCsv}});
  const auto said = [](const std::string& body, Why why, const char* what, const char* parser = "zip,csv") {
    const Read got = read(parser, body);
    EXPECT_EQ(got.error, why) << what << ": " << got;
    EXPECT_THAT(got.message, AllOf(HasSubstr("zip: "), HasSubstr(what)));
  };
  said(two, Why::refused, "several files in it, one has to be named, as in zip?entry=NAME: a.csv and b.csv");
  said(two, Why::refused, "several files fit entry=*.csv: a.csv and b.csv", "zip?entry=*.csv,csv");
  said(two, Why::refused, "no file fits entry=c.csv: a.csv and b.csv", "zip?entry=c.csv,csv");
  said(zip({}), Why::refused, "there is no file in it");
  said(zip({{"a.csv", kCsv, 8, 1}}), Why::refused, "a.csv is encrypted");
  said(zip({{"a.csv", kCsv, 12}}), Why::refused, "method 12");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .zip64 = true}}), Why::refused, "zip64");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .wrong_crc = 1}}), Why::malformed, "incorrect checksum");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .method = 0, .wrong_crc = 1}}), Why::malformed, "checksum");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .wrong_size = 1}}), Why::malformed, "not as large");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .wrong_packed = 40}}), Why::malformed, "where the directory says");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .wrong_packed = 0xFFFFFFFF}}), Why::malformed,
       "where the directory");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .wrong_packed = 1'000'000}}), Why::malformed,
       "outside of the archive");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .wrong_offset = 2}}), Why::malformed, "no header of a.csv");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .wrong_offset = 0x7FFFFFFF}}), Why::malformed, "outside");
  said(zip({ZipFile{.name = "a.csv", .text = kCsv, .local_name = "b.csv"}}), Why::malformed, "do not agree");
  said("", Why::cut, "the body is empty");
  said(kCsv, Why::malformed, "no zip archive");
}

TEST(Zip, CutAnywhereItIsNoArchive) {
  const std::string whole = zip({{"a.csv", kCsv}}, "comment");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Read got = read("zip,csv", whole.substr(0, size));
    EXPECT_EQ(got.error, size == 0 || size >= 4 ? Why::cut : Why::malformed) << size << ": " << got;
  }
}

TEST(Zip, ItsLimits) {
  const std::string text(8u << 20, 'a');
  EXPECT_EQ(read("zip,csv", zip({{"a.csv", text}}), {}, {.max_bytes = 1u << 20}).error, Why::too_large);
  EXPECT_EQ(read("zip,csv", zip({{"a.csv", text}}), {}, {.max_bytes = 256u << 20}).error, Why::too_large);
  // One that says less than it holds.
  const Read lies =
      read("zip,csv", zip({ZipFile{.name = "a.csv", .text = text, .wrong_size = 0xFFFFFFFF - (8u << 20) + 6}}));
  EXPECT_EQ(lies.error, Why::malformed) << lies;
}

// Whatever is done to an archive, it is read as it was or refused.
TEST(Zip, DamagedAnywhereItNeverGivesAnotherText) {
  const std::string whole = zip({{"a.csv", "id,name\n1,abcabcabc\n2,b\n"}, {"b.txt", "x", 0}});
  const std::string rows = json_of("zip?entry=a.csv,csv", whole);
  std::mt19937 random(3);
  for (int round = 0; round < 5'000; ++round) {
    std::string broken = whole;
    for (auto n = 1 + random() % 3; n > 0; --n) broken[random() % broken.size()] = static_cast<char>(random());
    const Read got = read("zip?entry=a.csv,csv", broken);
    if (got.error) continue;
    ASSERT_EQ(got.json, rows) << round;
  }
}

// Whatever comes in, what comes out is JSON (read() looks) or an error.
TEST(Layers, DamagedTextsGiveJsonOrAnError) {
  const std::pair<const char*, std::string> seeds[] = {
      {"csv", "id,\"na\nme\"\r\n1,\"a \"\"b\"\"\"\n2,\xC3\xA4\n"},
      {"csv?charset=utf-16le", "i\0d\0\n\0\xE4\0\n\0"s},
      {"csv?charset=shift_jis&header=false", "\x93\xFA,\x96\x7B\n\"1\",2\n"},
      {"xml?array=r.i.j",
       "<?xml version='1.0' encoding='latin1'?><r a='1'><i>x<j/>y</i><![CDATA[]]]><i b='&lt;'/></r>"},
      {"xml?attributes=", "<!DOCTYPE r [<!ENTITY e 'x<i/>'>]><r i='1'>&e;<i>&#228;&amp;</i>&e;</r>"},
      {"jsonl", "{\"a\":[1,\"\\u00e4\"]}\r\n{\"b\":{}}\n"},
  };
  std::mt19937 random(11);
  for (const auto& [parser, text] : seeds) {
    ASSERT_FALSE(read(parser, text).error) << parser << read(parser, text);
    for (int round = 0; round < 2'000; ++round) {
      std::string broken = text;
      for (auto n = 1 + random() % 4; n > 0; --n) {
        const std::size_t at = random() % broken.size();
        switch (random() % 3) {
          case 0:
            broken[at] = static_cast<char>(random());
            break;
          case 1:
            broken.insert(at, 1, text[random() % text.size()]);
            break;
          default:
            if (broken.size() > 1) broken.erase(at, 1);
        }
      }
      static_cast<void>(read(parser, broken));
    }
  }
}

TEST(Lines, AnObjectALine) {
  EXPECT_EQ(json_of("jsonl", "{\"a\":1}\n{\"a\":2}\n"), R"([{"a":1},{"a":2}])");
  EXPECT_EQ(json_of("ndjson", "\xEF\xBB\xBF\r\n {\"a\":[1,\"\\n\"]} \r\n\n{}"), R"([{"a":[1,"\n"]},{}])");
  EXPECT_EQ(json_of("jsonl", ""), "[]");
  EXPECT_EQ(json_of("jsonl", "\n"), "[]");
  EXPECT_EQ(read("jsonl", "{\"a\":\"\xFF\"}\n").replaced, 1U);
}

TEST(Lines, EachIsCheckedByItself) {
  const auto said = [](const std::string& body, Why why, const char* what) {
    const Read got = read("jsonl", body);
    EXPECT_EQ(got.error, why) << body << got;
    EXPECT_THAT(got.message, HasSubstr(what)) << body;
  };
  said("{\"a\":1\n\"b\":2}\n", Why::malformed, "jsonl: line 1 (byte 0)");
  said("{}\n{\"a\":1} {}\n", Why::malformed, "jsonl: line 2 (byte 3)");
  said("{}\n{\"a\":1", Why::cut, "line 2 (byte 3)");
  said("{}\n{\"a\":1\n", Why::malformed, "line 2");
  said("{}\n7\n", Why::malformed, "line 2 (byte 3): no JSON object");
  said("{}\n[{}]\n", Why::malformed, "no JSON object");
  said("<html>", Why::html, "HTML");
  said("{},\n{}", Why::malformed, "line 1");
}

}  // namespace
}  // namespace integ::test
