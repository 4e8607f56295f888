// What YAML is taken, with the place of everything, and what is refused and where.

#include "support.hpp"

namespace integ::pipeline::test {
namespace {

TEST(Yaml, KeepsTextAsWrittenAndKnowsQuotes) {
  const Value root = yaml("zip: 007\nyes_: yes\nbig: 18446744073709551617\nq: '1'\nd: \"a\\tb\"\nt: !!str 5\n");
  EXPECT_EQ(root.member("zip")->text, "007");
  EXPECT_EQ(root.member("yes_")->text, "yes");
  EXPECT_EQ(root.member("big")->text, "18446744073709551617");
  EXPECT_FALSE(root.member("zip")->quoted);
  EXPECT_TRUE(root.member("q")->quoted);
  EXPECT_EQ(root.member("d")->text, "a\tb");
  EXPECT_TRUE(root.member("t")->quoted);
  EXPECT_EQ(root.member("nothing"), nullptr);
}

TEST(Yaml, KnowsPlaces) {
  const Value root =
      yaml("# a comment\na:\n  b: [x, 'y']\n  \xC3\xA9\xC3\xA9: z\n  empty:\n\n  last: |\n    one\n    two\n");
  const Value& a = *root.member("a");
  EXPECT_EQ(std::pair(a.line, a.column), std::pair(3, 3));
  EXPECT_EQ(std::pair(root.members.at(0).line, root.members.at(0).column), std::pair(2, 1));
  const Value& b = *a.member("b");
  EXPECT_EQ(std::pair(b.items.at(1).line, b.items.at(1).column), std::pair(3, 10));
  EXPECT_EQ(std::pair(a.members.at(1).value.line, a.members.at(1).value.column), std::pair(4, 7)) << "characters";
  EXPECT_EQ(a.member("empty")->kind, Value::Kind::null);
  EXPECT_EQ(a.member("empty")->line, 5);
  EXPECT_EQ(a.member("last")->text, "one\ntwo\n");
  EXPECT_EQ(std::pair(a.members.at(3).line, a.members.at(3).column), std::pair(7, 3));
}

TEST(Yaml, TakesWindowsFilesAndCountsTheirLines) {
  const Value root = yaml("\xEF\xBB\xBF# saved on Windows\r\nname: a\r\ntext: |\r\n  x\r\n  y\r\nlast: b\r\n");
  EXPECT_EQ(root.member("name")->text, "a");
  EXPECT_EQ(root.member("text")->text, "x\ny\n");
  EXPECT_EQ(root.member("last")->line, 6);
  EXPECT_THAT(yaml_error("\xEF\xBB\xBF"
                         "a: 1\r\nb: 2\r\na: 3\r\n"),
              IsAt(3, 1, "'a' is there twice, first in line 1"));
  EXPECT_THAT(yaml_error("\xEF\xBB\xBF"
                         "a: 1\rb: 2\r<<: 3"),
              IsAt(3, 1, "'<<'"));
}

TEST(Yaml, AliasesStandForWhatTheyName) {
  const Value root = yaml("a: &x {k: [1, 2]}\nb: *x\n");
  EXPECT_EQ(root.member("b")->member("k")->items.size(), 2U);
  EXPECT_EQ(root.member("b")->line, 1);
}

TEST(Yaml, AFewLinesOfAliasesDoNotFillTheMemory) {
  std::string bomb = "l0: &l0 [a, a, a, a, a, a, a, a, a, a]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*l" + std::to_string(i - 1);
    bomb += "l" + std::to_string(i) + ": &l" + std::to_string(i) + " [" + below;
    for (int j = 1; j < 10; ++j) bomb += ", " + below;
    bomb += "]\n";
  }
  EXPECT_THAT(yaml_error(bomb).message(), testing::HasSubstr("more than 100000 values"));
}

TEST(Yaml, RefusesWithThePlace) {
  struct Case {
    const char* text;
    int line;
    int column;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' is there twice, first in line 1"},
      {"m: {x: 1, x: 2}\n", 1, 11, "the key 'x' is there twice"},
      {"b: &b {x: 1}\nc:\n  <<: *b\n", 3, 3, "'<<' does not merge here"},
      {"a: 1\n---\nb: 2\n", 2, 1, "`pipelines:`"},
      {"a: 1\n: 2\n", 2, 1, "a key is empty or null"},
      {"? [a]\n: 1\n", 1, 3, "a list or map can't be a key"},
      {"a: {{ x }}\n", 1, 5, "a list or map can't be a key"},
      {"a: &x [*x]\n", 1, 8, "the alias stands inside"},
      {"a: *nothing\n", 1, 4, "nothing before it has an anchor"},
      {"a: !!binary aGk=\n", 1, 4, "the tag"},
      {"a: !mine x\n", 1, 4, "the tag '!mine' is not known"},
      {"a: 1\nb: 'open\n", 3, 1, "the text in quotes is not closed"},
      {"a:\n\tb: 1\n", 2, 1, "a tab in the indentation"},
      {"a: [1, 2\nb: 3\n", 2, 2, "expected ',' or ']'"},
      {"a: 1\nb: \"open", 2, 9, "the text in quotes is not closed"},
      {"a: 1\n b: 2\n", 2, 3, "has to be quoted"},
      {"{a: 1} more\n", 1, 8, "text behind the end of the document"},
      {"a: b: c\n", 1, 5, "has to be quoted"},
      {"a: @x\n", 1, 4, "text can't begin with this character"},
      {"a: [x, ${V}]\n", 1, 9, "has to be quoted inside of [...]"},
      {"a: 1\nb: \x01\n", 2, 4, "a control character"},
      {"a: \xC3\xA9\nb: \xFF\n", 2, 4, "no UTF-8"},
      {"\xFF\xFE"
       "a",
       1, 1, "UTF-16"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(yaml_error(c.text, {{"V", "v"}}), IsAt(c.line, c.column, c.says)) << c.text;
    EXPECT_EQ(yaml_error(c.text, {{"V", "v"}}).where().file, "p.yaml");
  }
}

TEST(Yaml, DeepNestingIsAnErrorAndNoCrash) {
  EXPECT_EQ(yaml_error("a: " + std::string(100'000, '[')).kind(), Kind::config);
  EXPECT_EQ(yaml_error(std::string(100'000, '{')).kind(), Kind::config);
}

}  // namespace
}  // namespace integ::pipeline::test
