// ${...}: once, in values alone, and whatever is in a variable stays inside of its value.

#include "support.hpp"

namespace integ::pipeline::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const std::string& scalar, const Variables& variables) {
  return yaml("a: " + scalar + "\n", variables).member("a")->text;
}

TEST(Substitute, TheForms) {
  const Variables variables = {{"V", "value"}, {"EMPTY", ""}};
  EXPECT_EQ(text_of("${V}", variables), "value");
  EXPECT_EQ(text_of("x-${V}-${V}", variables), "x-value-value");
  EXPECT_EQ(text_of("${NONE:-https://a.test/b}", variables), "https://a.test/b");
  EXPECT_EQ(text_of("${V:-other}", variables), "value");
  EXPECT_EQ(text_of("${EMPTY:-other}", variables), "other");
  EXPECT_EQ(text_of("${NONE:-}", variables), "");
  EXPECT_EQ(text_of("${EMPTY}", variables), "");
  EXPECT_EQ(text_of("$${V}", variables), "${V}");
  EXPECT_EQ(text_of("$$${V}", variables), "$${V}");
  EXPECT_EQ(text_of("$V $ $$ ${V}", variables), "$V $ $$ value");
  EXPECT_EQ(text_of("'${V}'", variables), "value");
}

TEST(Substitute, AValueNeverBecomesYaml) {
  for (const std::string attack : {"p\nconnector: other", "a: b", "x # y", "'", "\"", "&a", "*a", "[1]", "{a: 1}",
                                   "${HOME}", "$${V}", "- a", "!!int 5", "|\n x", "---", "null", "~", "\xC3\xA9\t"}) {
    const Value root = yaml("name: ${NAME}\nconnector: pokeapi # ${NOT_LOOKED_AT}\nlist: [\"${NAME}\"]\n",
                            {{"NAME", attack}, {"HOME", "/root"}});
    ASSERT_EQ(root.members.size(), 3U) << attack;
    EXPECT_EQ(root.member("name")->kind, Value::Kind::scalar) << attack;
    EXPECT_EQ(root.member("name")->text, attack);
    EXPECT_EQ(root.member("connector")->text, "pokeapi");
    EXPECT_EQ(root.member("list")->items.at(0).text, attack);
  }
}

TEST(Substitute, LeavesKeysAlone) {
  const Value root = yaml("${V}: 1\n", {{"V", "key"}});
  EXPECT_EQ(root.members.at(0).key, "${V}");
}

TEST(Substitute, AFileLosesOneFinalLineBreak) {
  const Folder folder;
  folder.write("secrets/lf", "token\n");
  folder.write("secrets/crlf", "token\r\n");
  folder.write("secrets/two", "token\n\n");
  folder.write("secrets/none", "token");
  const std::string text =
      "a: ${file:secrets/lf}\nb: ${file:secrets/crlf}\nc: ${file:secrets/two}\nd: ${file:" + (folder / "secrets/none") +
      "}\n";
  const Value root = parse_yaml(text, folder / "p.yaml", environment({}));
  EXPECT_EQ(root.member("a")->text, "token");
  EXPECT_EQ(root.member("b")->text, "token");
  EXPECT_EQ(root.member("c")->text, "token\n");
  EXPECT_EQ(root.member("d")->text, "token");
}

TEST(Substitute, AFileLosesItsByteOrderMark) {
  const Folder folder;
  folder.write("token", "\xEF\xBB\xBFtoken\r\n");
  folder.write("utf16", std::string("\xFF\xFEt\0o\0", 6));
  EXPECT_EQ(parse_yaml("a: ${file:token}\n", folder / "p.yaml", environment({})).member("a")->text, "token");
  try {
    parse_yaml("a: ${file:utf16}\n", folder / "p.yaml", environment({}));
    ADD_FAILURE() << "not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("UTF-16; expected UTF-8"));
  }
}

TEST(Substitute, ErrorsNameTheVariableAndItsPlace) {
  EXPECT_THAT(yaml_error("a: 1\nurl: http://${HOST}/x\n"), IsAt(2, 13, "the variable HOST is not set"));
  EXPECT_THAT(yaml_error("a:\n  - x\n  - \"\xC3\xA9${HOST}\"\n"), IsAt(3, 7, "HOST"));
  EXPECT_THAT(yaml_error("a: ${V\n"), IsAt(1, 4, "'${' without its '}'"));
  EXPECT_THAT(yaml_error("a: ${}\n"), IsAt(1, 4, "without the name of a variable"));
  EXPECT_THAT(yaml_error("a: ${9x}\n"), IsAt(1, 4, "without the name of a variable"));
  EXPECT_THAT(yaml_error("a: ${V-x}\n", {{"V", "v"}}), IsAt(1, 4, "without the name of a variable"));
  EXPECT_THAT(yaml_error("a: ${V:-${W}}\n"), IsAt(1, 4, "the default of ${V}"));
  EXPECT_THAT(yaml_error("a: ${file:}\n"), IsAt(1, 4, "without a path"));
  EXPECT_THAT(yaml_error("a: x${file:no/such}\n"), IsAt(1, 5, "no/such: No such file"));
  EXPECT_THAT(yaml_error("a: ${file:/dev/zero}\n"), IsAt(1, 4, "too large"));
  EXPECT_THAT(yaml_error("a: ${V}\n", {{"V", "\xFFsecret"}}), IsAt(1, 4, "the variable V does not hold UTF-8"));
}

TEST(Substitute, ErrorsShowNoValue) {
  for (const std::string text : {"a: ${S}${V\n", "a: ${S} ${NONE}\n", "a: ${S}${file:none}\n"}) {
    EXPECT_THAT(yaml_error(text, {{"S", "canary"}}).what(), Not(HasSubstr("canary"))) << text;
  }
}

}  // namespace
}  // namespace integ::pipeline::test
