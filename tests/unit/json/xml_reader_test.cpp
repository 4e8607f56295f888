// XML: the rule by which it becomes JSON, and the documents that are dangerous.
#include "read.hpp"

#include <gmock/gmock.h>

namespace integ::test {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Why = json::ReadError::Why;

TEST(XmlReader, OneRuleForAllDocuments) {
  const ReadCase cases[] = {
      {"xml", "<a/>", R"({"a":""})"},
      {"xml", "<a></a>", R"({"a":""})"},
      {"xml", "<a> x\n</a>", R"({"a":" x\n"})"},
      {"xml", "<a> </a>", R"({"a":" "})"},
      {"xml", "<a>1</a>\n<!-- end -->\n", R"({"a":"1"})"},
      {"xml", "<?xml version='1.0'?><!-- c --><?pi x?><a><!-- c -->x<?pi?>y</a>", R"({"a":"xy"})"},
      {"xml", "<a><![CDATA[<b>&amp;]]]]></a>", R"({"a":"<b>&amp;]]"})"},
      {"xml", "<a>&lt;&#228;&#x1F600;&quot;&apos;&amp;\\\t\r\n</a>",
       "{\"a\":\"<\xC3\xA4\xF0\x9F\x98\x80\\\"'&\\\\\\t\\n\"}"},
      {"xml", "<a x='1' y=\"&lt;2&#10;\"/>", R"({"a":{"@x":"1","@y":"<2\n"}})"},
      {"xml", "<a x='1'>t</a>", R"({"a":{"@x":"1","#text":"t"}})"},
      {"xml", "<a x='1'>\n</a>", R"({"a":{"@x":"1"}})"},
      {"xml", "<a>\n  <b>1</b>\n  <c/>\n</a>", R"({"a":{"b":"1","c":""}})"},
      {"xml", "<a><b>1</b><c>2</c><b>3</b></a>", R"({"a":{"b":["1","3"],"c":"2"}})"},
      {"xml", "<a>x<b/>y <c/>\n</a>", R"({"a":{"b":"","c":"","#text":"xy "}})"},
      {"xml", "<a><a><a/></a></a>", R"({"a":{"a":{"a":""}}})"},
      {"xml", "<a id='1'><id>2</id></a>", R"({"a":{"@id":"1","id":"2"}})"},
      {"xml", "<s:a xmlns:s='u' s:x='1'><s:b/></s:a>", R"({"s:a":{"@xmlns:s":"u","@s:x":"1","s:b":""}})"},
      {"xml?namespaces=false", "<s:a xmlns:s='u' xmlns='v' s:x='1'><s:b/><b/></s:a>",
       R"({"a":{"@x":"1","b":["",""]}})"},
      {"xml?attributes=-", "<a x='1'/>", R"({"a":{"-x":"1"}})"},
      {"xml?attributes=", "<a id='1' x='2'><id>3</id></a>", R"({"a":{"id":["1","3"],"x":"2"}})"},
      {"xml", "<feed><entry id=\"1\">a</entry><entry id=\"2\"><b/><b>x</b></entry></feed>",
       R"({"feed":{"entry":[{"@id":"1","#text":"a"},{"@id":"2","b":["","x"]}]}})"},
  };
  for (const ReadCase& one : cases)
    EXPECT_EQ(json_of(one.parser, one.body), one.json) << one.parser << "\n" << one.body;
}

TEST(XmlReader, DeclaredArraysAreAlwaysArrays) {
  const ReadCase cases[] = {
      {"xml?array=items.item", "<items><item/></items>", R"({"items":{"item":[""]}})"},
      {"xml?array=items.item", "<items><item>1</item><item>2</item></items>", R"({"items":{"item":["1","2"]}})"},
      {"xml?array=items.item", "<items/>", R"({"items":{"item":[]}})"},
      {"xml?array=items.item", "<items>\n</items>", R"({"items":{"item":[]}})"},
      {"xml?array=items.item", "<items n='0'/>", R"({"items":{"@n":"0","item":[]}})"},
      {"xml?array=items.item", "<items>none</items>", R"({"items":{"item":[],"#text":"none"}})"},
      {"xml?array=items.item", "<other><item/></other>", R"({"other":{"item":""}})"},
      {"xml?array=items.item", "<x><items><item/></items></x>", R"({"x":{"items":{"item":""}}})"},
      {"xml?array=r.a&array=r.a.b", "<r><a/><c/></r>", R"({"r":{"a":[{"b":[]}],"c":""}})"},
      {"xml?array=r", "<r/>", R"({"r":[""]})"},
      {"xml?array=r.x%2Ey", "<r><x.y/></r>", R"({"r":{"x.y":[""]}})"},
      {"xml?array=s:r.s:i", "<s:r xmlns:s='u'><s:i/></s:r>", R"({"s:r":{"@xmlns:s":"u","s:i":[""]}})"},
      {"xml?namespaces=false&array=r.i", "<s:r xmlns:s='u'><s:i/></s:r>", R"({"r":{"i":[""]}})"},
      {"xml?attributes=&array=r.i", "<r i='1'/>", R"({"r":{"i":["1"]}})"},
  };
  for (const ReadCase& one : cases)
    EXPECT_EQ(json_of(one.parser, one.body), one.json) << one.parser << "\n" << one.body;
}

TEST(XmlReader, APrefixIsWhereTheDocumentBegins) {
  EXPECT_EQ(json_of("xml?prefix=a.b", "<a><b><c/></b></a>"), R"({"c":""})");
  EXPECT_EQ(json_of("xml?prefix=a.b&array=c", "<a><b><c/></b></a>"), R"({"c":[""]})");
  EXPECT_EQ(json_of("xml?prefix=a.b", "<a><b>1</b><b>2</b></a>"), R"(["1","2"])");
  EXPECT_EQ(json_of("xml?prefix=a", "<a>1</a>"), R"("1")");
  const Read none = read("xml?prefix=a.b", "<Error><Code>17</Code></Error>");
  EXPECT_EQ(none.error, Why::refused);
  EXPECT_EQ(none.message, "xml: prefix: there is no element a, the document's root is 'Error'");
  EXPECT_THAT(read("xml?prefix=a.b.c", "<a><b/><b/></a>").message, HasSubstr("several elements a.b"));
}

TEST(XmlReader, Charsets) {
  const char* expected = "{\"a\":\"\xC3\xA4\"}";
  EXPECT_EQ(json_of("xml", "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE4</a>"), expected);
  EXPECT_EQ(json_of("xml", "<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\xE4\x80</a>"),
            "{\"a\":\"\xC3\xA4\xE2\x82\xAC\"}");
  EXPECT_EQ(json_of("xml", "<?xml version='1.0' encoding='koi8-r'?><a>\xC1</a>"), "{\"a\":\"\xD0\xB0\"}");
  EXPECT_EQ(json_of("xml", "<?xml version='1.0' encoding='Shift_JIS'?><a>\x93\xFA</a>"), "{\"a\":\"\xE6\x97\xA5\"}");
  EXPECT_EQ(json_of("xml", "<a>\xE4</a>", {.content_type = "text/xml; charset=iso-8859-1"}), expected);
  // What the document says of itself goes before its label, and what the connector knows before both.
  EXPECT_EQ(json_of("xml", "<?xml version='1.0' encoding='utf-8'?><a>\xC3\xA4</a>",
                    {.content_type = "text/xml; charset=iso-8859-1"}),
            expected);
  EXPECT_EQ(json_of("xml?charset=latin1", "<?xml version='1.0' encoding='utf-8'?><a>\xE4</a>"), expected);
  EXPECT_EQ(json_of("xml", "\xEF\xBB\xBF<?xml version='1.0' encoding='latin1'?><a>\xC3\xA4</a>"), expected);
  EXPECT_EQ(json_of("xml", "\xFF\xFE<\0a\0>\0\xE4\0<\0/\0a\0>\0"s), expected);
  EXPECT_EQ(json_of("xml", "\xFE\xFF\0<\0a\0>\0\xE4\0<\0/\0a\0>"s), expected);
  EXPECT_EQ(json_of("xml", "<\0a\0>\0\xE4\0<\0/\0a\0>\0"s), expected);
  // As .NET writes documents into strings.
  EXPECT_EQ(json_of("xml", "<?xml version='1.0' encoding='utf-16'?><a>\xC3\xA4</a>"), expected);
  const Read unknown = read("xml", "<?xml version='1.0' encoding='x-klingon'?><a/>");
  EXPECT_EQ(unknown.error, Why::refused);
  EXPECT_THAT(unknown.message, HasSubstr("'x-klingon'"));
}

TEST(XmlReader, InvalidUtf8IsReplacedAsInJson) {
  const Read got = read("xml", "<a>x\xFFy\xC3</a>");
  EXPECT_EQ(got.json, "{\"a\":\"x\xEF\xBF\xBDy\xEF\xBF\xBD\"}");
  EXPECT_EQ(got.replaced, 2U);
}

struct Fault {
  std::string body;
  Why why;
  const char* said;
};

TEST(XmlReader, FaultsAreToldWithTheirPlace) {
  const Fault cases[] = {
      {"", Why::cut, "xml: the body is empty"},
      {" \n", Why::cut, "xml: the body is empty"},
      {"<a>\n <b></a>", Why::malformed, "xml: mismatched tag on line 2, column 7 (byte 10)"},
      {"<a><b>", Why::cut, "the document ends too early, on line 1, column 7 (byte 6)"},
      {"plain", Why::malformed, "xml: "},
      {R"({"error":"x"})", Why::malformed, "on line 1, column 1 (byte 0)"},
      {"<a/><b/>", Why::malformed, "(byte 4)"},
      {"<a x=1/>", Why::malformed, "(byte 5)"},
      {"<a x='1' x='2'/>", Why::malformed, "duplicate attribute"},
      {"<a>&nbsp;</a>", Why::malformed, "undefined entity"},
      {"<a>\x01</a>", Why::malformed, "(byte 3)"},
      {"<!DOCTYPE html><html></html>", Why::html, "a page of HTML"},
      {"<html><body>", Why::html, "a page of HTML"},
  };
  for (const Fault& one : cases) {
    const Read got = read("xml", one.body);
    EXPECT_EQ(got.error, one.why) << one.body << got;
    EXPECT_THAT(got.message, HasSubstr(one.said)) << one.body;
  }
  EXPECT_THAT(read("xml", "<a>\n <b></a>").piece, StartsWith("a>"));
}

TEST(XmlReader, CutAnywhereItIsCut) {
  const std::string whole =
      "<?xml version='1.0' encoding='utf-8'?><!-- c --><r x=\"&lt;\xC3\xA4\"><i>&amp;</i><![CDATA[]]]><i/>\xC3\xA4</r>";
  ASSERT_FALSE(read("xml", whole).error);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Read got = read("xml", whole.substr(0, size));
    EXPECT_EQ(got.error, Why::cut) << size << ": " << got;
  }
}

TEST(XmlReader, NothingIsFetched) {
  const Read file = read("xml", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>");
  EXPECT_EQ(file.error, Why::refused);
  EXPECT_THAT(file.message, AllOf(HasSubstr("'file:///etc/passwd'"), HasSubstr("nothing is fetched")));
  // Left out, it would be lost without a word.
  const Read skipped = read("xml", "<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a>x&nbsp;y</a>");
  EXPECT_EQ(skipped.error, Why::refused);
  EXPECT_THAT(skipped.message, HasSubstr("&nbsp; on line 1"));
  EXPECT_EQ(json_of("xml", "<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a>x</a>"), R"({"a":"x"})");
  EXPECT_EQ(json_of("xml", "<!DOCTYPE a [<!ENTITY e 'x<b/>'>]><a>&e;&e;</a>"), R"({"a":{"b":["",""],"#text":"xx"}})");
  const Read parameter = read("xml", "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1/p'> %p;]><a>x&q;</a>");
  EXPECT_EQ(parameter.error, Why::refused);
}

TEST(XmlReader, LaughsDoNotGrow) {
  std::string laughs = "<!DOCTYPE a [<!ENTITY l0 'lollollollol'>";
  for (int i = 1; i < 12; ++i) {
    laughs += "<!ENTITY l" + std::to_string(i) + " '";
    for (int n = 0; n < 10; ++n) laughs += "&l" + std::to_string(i - 1) + ";";
    laughs += "'>";
  }
  const Read got = read("xml", laughs + "]><a>&l11;</a>");
  EXPECT_EQ(got.error, Why::refused) << got.message;
  EXPECT_THAT(got.message, HasSubstr("100 times"));
  // Below expat's threshold of 8 MiB, the limit on bodies is what holds.
  const Read smaller = read("xml", laughs + "]><a>&l6;</a>", {}, {.max_bytes = 1u << 20});
  EXPECT_EQ(smaller.error, Why::too_large) << smaller.message;
  const Read circle = read("xml", "<!DOCTYPE a [<!ENTITY x '&y;'><!ENTITY y '&x;'>]><a>&x;</a>");
  EXPECT_EQ(circle.error, Why::malformed) << circle.message;
}

TEST(XmlReader, DepthHasALimitThatJsonCanBear) {
  const auto nested = [](std::size_t depth) {
    std::string open, close;
    for (std::size_t i = 0; i < depth; ++i) {
      // Two of each, so that every one is an object in an array.
      open += "<a><a/>";
      close += "</a>";
    }
    return open + close;
  };
  EXPECT_FALSE(read("xml", nested(499)).error);
  const Read deep = read("xml", nested(501));
  EXPECT_EQ(deep.error, Why::refused);
  EXPECT_THAT(deep.message, HasSubstr("deeper than 500"));
  EXPECT_EQ(read("xml", nested(100'000)).error, Why::refused);
}

TEST(XmlReader, ManyChildrenTakeNoSquareOfTime) {
  std::string body = "<r>";
  for (int i = 0; i < 100'000; ++i) body += "<n" + std::to_string(i) + "/>";
  for (int i = 0; i < 100'000; ++i) body += "<a/><b/>";
  EXPECT_FALSE(read("xml", body + "</r>").error);
}

}  // namespace
}  // namespace integ::test
