// Which files are read, and which pipelines can't be run together.

#include "support.hpp"

namespace integ::pipeline::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string named(const std::string& name, const std::string& more = "") {
  return "name: " + name + "\nconnector: c\noutput: {protocol: jsonl}\n" + more;
}

TEST(Files, OfAFolderByName) {
  const Folder folder;
  for (const char* name : {"b.yaml", "a.yml", "README.md", ".hidden.yaml", "sub/c.yaml"}) folder.write(name, "");
  EXPECT_EQ(files_of({folder.path(), "x.yaml"}),
            (std::vector<std::string>{folder / "a.yml", folder / "b.yaml", "x.yaml"}));
  folder.write("empty/README.md", "");
  const Error error = error_of([&] { files_of({folder / "empty"}); });
  EXPECT_EQ(error.kind(), Kind::config);
  EXPECT_THAT(error.message(), AllOf(HasSubstr(folder / "empty"), HasSubstr("*.yaml")));
}

TEST(Files, UnreadableOnesAreNamed) {
  const Folder folder;
  const Error error = error_of([&] { load(folder / "none.yaml", environment({})); });
  EXPECT_EQ(error.kind(), Kind::config);
  EXPECT_THAT(error.message(), AllOf(HasSubstr(folder / "none.yaml"), HasSubstr("No such file")));
}

TEST(Files, OneNameOnceInAStore) {
  const Folder folder;
  const auto pipelines = [&](const std::vector<std::string>& files) {
    std::vector<Pipeline> all;
    for (const std::string& file : files) {
      for (Pipeline& p : load(file, environment({}))) all.push_back(std::move(p));
    }
    return all;
  };
  const std::string a = folder.write("a.yaml", named("orders"));
  const std::string b = folder.write("b.yaml", "# x\n" + named("orders", "state: {path: ./sub/../.integ/state.db}\n"));
  const std::string c = folder.write("c.yaml", named("orders", "state: {path: other.db}\n"));
  check_unique(pipelines({a, c}));
  const Error error = error_of([&] { check_unique(pipelines({a, c, b})); });
  EXPECT_THAT(error, IsAt(2, 7, "'orders' is there twice"));
  EXPECT_EQ(error.where().file, b);
  EXPECT_THAT(error.message(), HasSubstr("first in " + a + ":1"));
}

TEST(Files, TheExamplesAreRightAndCanBeRunTogether) {
  std::vector<Pipeline> all;
  for (const std::string& file : files_of({INTEG_CONFIGS})) {
    // What has no default is a login, and the shop that it is for.
    for (Pipeline& p : load(file, environment({{"KLAVIYO_API_KEY", "k"},
                                               {"SHOPIFY_URL", "https://s.myshopify.com"},
                                               {"SHOPIFY_ACCESS_TOKEN", "t"},
                                               {"SITOO_ACCOUNT_ID", "1500"},
                                               {"SITOO_API_ID", "1500-1"},
                                               {"SITOO_PASSWORD", "p"},
                                               {"STORM_USER", "u"},
                                               {"STORM_PASSWORD", "p"}}))) {
      all.push_back(std::move(p));
    }
  }
  EXPECT_GE(all.size(), 11U);
  check_unique(all);
  for (const Pipeline& p : all) {
    if (p.connector != "pokeapi") continue;
    EXPECT_THAT(p.config_json(R"({"properties": {"url": {"type": "string"}, "details": {"type": "boolean"}}})"),
                ::testing::HasSubstr(R"("url":"https://pokeapi.co/api/v2")"))
        << p.file;
  }
}

}  // namespace
}  // namespace integ::pipeline::test
