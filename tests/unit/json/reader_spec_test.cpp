// The text of a parser: what it may say, and how it is told that it says something else.
#include "json/reader_spec.hpp"

#include "support/error_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace integ::test {
namespace {

using json::ReaderSpec;
using json::Wrapper;
using support::error_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Format = ReaderSpec::Format;

TEST(ReaderSpec, NothingSaidIsWhatTheBytesAre) {
  const ReaderSpec spec = ReaderSpec::parse("");
  EXPECT_EQ(spec.format, Format::any);
  EXPECT_TRUE(spec.plain());
  EXPECT_TRUE(ReaderSpec::parse("json").plain());
}

TEST(ReaderSpec, LayersFromTheOutside) {
  const ReaderSpec spec = ReaderSpec::parse("zip?entry=a%2Cb*.gz,gzip,jsonl");
  ASSERT_THAT(spec.wrappers, SizeIs(2));
  EXPECT_EQ(spec.wrappers[0].kind, Wrapper::Kind::zip);
  EXPECT_EQ(spec.wrappers[0].entry, "a,b*.gz");
  EXPECT_EQ(spec.wrappers[1].kind, Wrapper::Kind::gzip);
  EXPECT_EQ(spec.format, Format::lines);
  EXPECT_FALSE(spec.plain());
  EXPECT_EQ(ReaderSpec::parse("ndjson").format, Format::lines);
  EXPECT_EQ(ReaderSpec::parse("gzip").format, Format::any);
  EXPECT_FALSE(ReaderSpec::parse("gzip").plain());
}

TEST(ReaderSpec, CsvAndItsOptions) {
  const ReaderSpec plain = ReaderSpec::parse("csv");
  EXPECT_EQ(plain.csv.delimiter, ',');
  EXPECT_EQ(plain.csv.quote, '"');
  EXPECT_TRUE(plain.csv.header);
  EXPECT_EQ(ReaderSpec::parse("tsv").csv.delimiter, '\t');
  const ReaderSpec spec = ReaderSpec::parse(
      "gzip,csv?delimiter=;&quote='&header=false&columns=id,a%2Cb,%C3%A4&skip=2&charset=windows-1252");
  EXPECT_EQ(spec.csv.delimiter, ';');
  EXPECT_EQ(spec.csv.quote, '\'');
  EXPECT_FALSE(spec.csv.header);
  EXPECT_THAT(spec.csv.columns, ElementsAre("id", "a,b", "\xC3\xA4"));
  EXPECT_EQ(spec.csv.skip, 2U);
  EXPECT_EQ(spec.csv.charset, "windows-1252");
  EXPECT_EQ(ReaderSpec::parse("csv?delimiter=tab").csv.delimiter, '\t');
  EXPECT_EQ(ReaderSpec::parse("csv?delimiter=%26").csv.delimiter, '&');
  EXPECT_EQ(ReaderSpec::parse("tsv?quote=none").csv.quote, '\0');
}

TEST(ReaderSpec, XmlAndItsOptions) {
  const ReaderSpec spec = ReaderSpec::parse(
      "xml?array=items.item&array=a%2Eb.c&prefix=feed.data&attributes=&namespaces=false&charset=koi8-r");
  EXPECT_THAT(spec.xml.arrays, ElementsAre(ElementsAre("items", "item"), ElementsAre("a.b", "c")));
  EXPECT_THAT(spec.xml.prefix, ElementsAre("feed", "data"));
  EXPECT_EQ(spec.xml.attributes, "");
  EXPECT_FALSE(spec.xml.namespaces);
  EXPECT_EQ(ReaderSpec::parse("xml").xml.attributes, "@");
  EXPECT_THAT(ReaderSpec::parse("xml").xml.arrays, IsEmpty());
}

struct Wrong {
  const char* text;
  integ_status status;
  const char* said;
};

TEST(ReaderSpec, WhatIsWrongIsSaid) {
  const Wrong cases[] = {
      {"yaml", INTEG_E_UNSUPPORTED, "no parser 'yaml'"},
      {"yaml", INTEG_E_UNSUPPORTED, "gzip, zip, json, jsonl, ndjson, xml, csv and tsv"},
      {"gzip,cvs", INTEG_E_UNSUPPORTED, "did you mean 'csv'?"},
      {"CSV", INTEG_E_UNSUPPORTED, "did you mean 'csv'?"},
      {",csv", INTEG_E_UNSUPPORTED, "no parser ''"},
      {"gzip,", INTEG_E_UNSUPPORTED, "no parser ''"},
      {"csv,gzip", INTEG_E_ARGUMENT, "'csv': it is a format and so the last layer, but ',gzip' follows"},
      {"json?x=1", INTEG_E_UNSUPPORTED, "'json' has no option 'x': It has none"},
      {"gzip?entry=x,csv", INTEG_E_UNSUPPORTED, "'gzip' has no option 'entry'"},
      {"csv?delimeter=;", INTEG_E_UNSUPPORTED, "did you mean 'delimiter'?"},
      {"xml?header=false", INTEG_E_UNSUPPORTED, "prefix, array, attributes, namespaces and charset"},
      {"csv?header", INTEG_E_ARGUMENT, "'header' has no value"},
      {"csv?header=yes", INTEG_E_ARGUMENT, "header=yes: expected true or false"},
      {"csv?delimiter=ab", INTEG_E_ARGUMENT, "expected one ASCII character"},
      {"csv?delimiter=%C2%A7", INTEG_E_ARGUMENT, "expected one ASCII character"},
      {"csv?delimiter=%0A", INTEG_E_ARGUMENT, "expected one ASCII character"},
      {"csv?delimiter=", INTEG_E_ARGUMENT, "expected one ASCII character"},
      {"csv?delimiter=%22", INTEG_E_ARGUMENT, "the same character"},
      {"csv?columns=a,,b", INTEG_E_ARGUMENT, "a name in it is empty"},
      {"csv?columns=a,b,a", INTEG_E_ARGUMENT, "'a' comes twice"},
      {"csv?skip=-1", INTEG_E_ARGUMENT, "expected a number of lines"},
      {"csv?skip=1x", INTEG_E_ARGUMENT, "expected a number of lines"},
      {"csv?charset=klingon", INTEG_E_ARGUMENT, "no such charset"},
      {"csv?charset=latin1//TRANSLIT", INTEG_E_ARGUMENT, "no such charset"},
      {"xml?array=a..b", INTEG_E_ARGUMENT, "a name in it is empty"},
      {"xml?attributes=_", INTEG_E_ARGUMENT, "no name of an element begins with"},
      {"xml?attributes=%23", INTEG_E_ARGUMENT, "no name of an element begins with"},
      {"gzip,gzip,gzip,gzip,gzip", INTEG_E_ARGUMENT, "more than 4 layers"},
  };
  for (const Wrong& wrong : cases) {
    const Error error = error_of([&] { static_cast<void>(ReaderSpec::parse(wrong.text)); });
    EXPECT_EQ(error.status(), wrong.status) << wrong.text;
    EXPECT_THAT(error.what(), HasSubstr(wrong.said)) << wrong.text;
  }
}

}  // namespace
}  // namespace integ::test
