#include "json/document.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace integ::json {
namespace {

using testing::HasSubstr;

TEST(Document, NodesKnowTheirTypeAndText) {
  const Document doc = Document::parse(
      R"( {"n":null,"b":true,"i":-5,"f":1.10,"big":18446744073709551617,"huge":-1e400,"s":"a\"b\u00e9","a":[1, 2],"o":{ "k":[]}} )");
  EXPECT_EQ(doc.root().type, Type::object);
  EXPECT_EQ(doc.root().count, 9U);
  EXPECT_EQ(doc.find("/n")->type, Type::null);
  EXPECT_TRUE(doc.find("/b")->boolean);
  EXPECT_EQ(doc.find("/i")->type, Type::integer);
  EXPECT_EQ(doc.find("/i")->integer, -5);
  EXPECT_EQ(doc.find("/i")->number, -5.0);
  EXPECT_EQ(doc.find("/f")->text, "1.10");
  EXPECT_EQ(doc.find("/f")->number, 1.1);
  EXPECT_EQ(doc.find("/big")->type, Type::number);
  EXPECT_EQ(doc.find("/big")->text, "18446744073709551617");
  EXPECT_EQ(doc.find("/huge")->text, "-1e400");
  EXPECT_TRUE(std::isinf(doc.find("/huge")->number));
  EXPECT_EQ(doc.find("/s")->text, "a\"b\xC3\xA9");
  EXPECT_EQ(doc.find("/a")->text, "[1, 2]");
  EXPECT_EQ(doc.find("/a/1")->text, "2");
  EXPECT_EQ(doc.find("/o")->text, R"({ "k":[]})");
}

TEST(Document, PointersFollowRfc6901) {
  const Document doc = Document::parse(R"({"a/b":1,"m~n":2,"":3,"a":[{"x":4}],"01":5})");
  EXPECT_EQ(doc.find("/a~1b")->text, "1");
  EXPECT_EQ(doc.find("/m~0n")->text, "2");
  EXPECT_EQ(doc.find("/")->text, "3");
  EXPECT_EQ(doc.find("/a/0/x")->text, "4");
  EXPECT_EQ(doc.find(""), &doc.root());
  for (const char* nothing :
       {"/a/1", "/a/00", "/a/-", "/a/x", "/nope", "/01/x", "/a/0/x/y", "/a/18446744073709551616"}) {
    EXPECT_EQ(doc.find(nothing), nullptr) << nothing;
  }
  EXPECT_THROW(doc.find("a"), Error);
  EXPECT_THROW(doc.find("/~"), Error);
}

TEST(Document, TheFirstOfEqualKeysIsRead) {
  const Document doc = Document::parse(R"({"a":1,"a":2})");
  EXPECT_EQ(doc.find("/a")->text, "1");
  EXPECT_EQ(doc.root().count, 2U);
}

TEST(Document, SurrogatesAndNul) {
  const Document doc = Document::parse(R"(["\ud83d\ude00","\ud800x","\udc00","\ud800\ud83d\ude00","a\u0000b"])");
  EXPECT_EQ(doc.find("/0")->text, "\xF0\x9F\x98\x80");
  EXPECT_EQ(doc.find("/1")->text, "\xEF\xBF\xBDx");
  EXPECT_EQ(doc.find("/2")->text, "\xEF\xBF\xBD");
  EXPECT_EQ(doc.find("/3")->text, "\xEF\xBF\xBD\xF0\x9F\x98\x80");
  EXPECT_EQ(doc.find("/4")->text, std::string_view("a\0b", 3));
  EXPECT_EQ(doc.root().text, doc.text());
}

TEST(Document, KeepsItsNodesWhenItMoves) {
  Document doc = Document::parse(R"({"a":"x"})");
  const Node* before = doc.find("/a");
  const Document moved = std::move(doc);
  EXPECT_EQ(moved.find("/a"), before);
  EXPECT_EQ(before->text, "x");
}

TEST(Document, DefaultIsNull) {
  const Document doc;
  EXPECT_EQ(doc.root().type, Type::null);
  EXPECT_EQ(doc.text(), "null");
}

TEST(Document, ErrorsHavePlaceAndPiece) {
  try {
    Document::parse("{\n  \"a\": 1,\n  \"b\": tru\n}", "--config config.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::malformed);
    EXPECT_EQ(error.where().file, "--config config.json");
    EXPECT_EQ(error.where().line, 3);
    EXPECT_EQ(error.where().column, 8);
    EXPECT_THAT(error.what(), HasSubstr("tru"));
  }
  try {
    Document::parse("[1,]");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("line 1, column 4"));
  }
}

TEST(Document, RefusesWhatIsNoJson) {
  for (const char* text :
       {"", " ", "{", "[1", "\"a", "tru", "1 2", "[] []", "{\"a\":1}}", "[\"\xFF\"]", "[\"\\ud8\"]", "\xEF\xBB", "-"}) {
    EXPECT_THROW(Document::parse(text), Error) << text;
  }
  EXPECT_THROW(Document::parse(std::string("[]\0", 3)), Error);
  EXPECT_NO_THROW(Document::parse("\xEF\xBB\xBF[]"));
}

TEST(Document, DepthEndsAt1024) {
  EXPECT_NO_THROW(Document::parse(std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']')));
  EXPECT_THROW(Document::parse(std::string(kMaxDepth + 1, '[') + std::string(kMaxDepth + 1, ']')), Error);
  EXPECT_THROW(Document::parse(std::string(200000, '[')), Error);
}

}  // namespace
}  // namespace integ::json
