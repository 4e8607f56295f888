// Names of members and streams, whatever they are called.
#include "fake_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sqlite_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Names : public ::testing::Test {
 protected:
  Folder folder;
  std::string path = folder / "out.db";
};

TEST_F(Names, F100_ReservedWordsQuotesCaseAndNothing) {
  FakeRun run(path);
  const auto* stream = run.stream({});
  run.records(stream, {R"({"name":"a","Name":"b","order":1,"x\"y":2,"":3})"});
  run.records(stream, {R"({"name":"c","Name":"d","order":2,"x\"y":3,"":4})"});
  run.close();
  EXPECT_THAT(rows(path, R"(SELECT name, Name_2, "order", "x""y", _ FROM pokemon ORDER BY name)"),
              ElementsAre("'a'|'b'|1|2|3", "'c'|'d'|2|3|4"));
  EXPECT_THAT(run.context.warnings, ElementsAre(HasSubstr("Name_2"), HasSubstr("\"_\"")));
}

TEST_F(Names, AColumnKeepsItsMemberInTheNextRun) {
  {
    FakeRun run(path);
    run.records(run.stream({}), {R"({"name":"a","Name":"b"})"});
    run.close();
  }
  FakeRun run(path);
  run.records(run.stream({}), {R"({"Name":"y","name":"x"})", R"({"NAME":"z","name":"w"})"});
  run.close();
  EXPECT_THAT(rows(path, "SELECT name, Name_2, NAME_3 FROM pokemon ORDER BY rowid"),
              ElementsAre("'a'|'b'|NULL", "'x'|'y'|NULL", "'w'|NULL|'z'"));
}

TEST_F(Names, TheAdaptersOwnNamesAreNotTaken) {
  FakeRun run(path);
  run.records(run.stream({}), {R"({"name":"a","_integ_extracted_at":"x","_ROWID_":5,"rowid":6,"oid":7,"sqlite_x":8})"});
  run.state(run.stream({.name = "_integ_state"}), R"({"a":1})", 1);
  run.records(run.stream({.name = "sqlite_master"}), {R"({"name":"m"})"});
  run.close();
  EXPECT_EQ(value(path, "SELECT __integ_extracted_at, __ROWID_, rowid, oid, _sqlite_x FROM pokemon"), "'x'|5|6|7|8");
  EXPECT_EQ(value(path, "SELECT name FROM _sqlite_master"), "'m'");
  EXPECT_EQ(value(path, "SELECT count(*) FROM __integ_state"), "0");
}

TEST_F(Names, ANulInANameAndATableCalledNothing) {
  FakeRun run(path);
  run.records(run.stream({.name = ""}), {R"({"name":"a","x\u0000y":1})"});
  run.close();
  EXPECT_EQ(value(path, "SELECT name, \"x\u2400y\" FROM _"), "'a'|1");
}

TEST_F(Names, StreamsThatWouldShareATable) {
  FakeRun run(path);
  run.records(run.stream({.name = "orders", .name_space = "shop"}), {R"({"name":"1"})"});
  run.records(run.stream({.name = "shop_orders"}), {R"({"name":"2"})"});
  run.records(run.stream({.name = "Shop_Orders"}), {R"({"name":"3"})"});
  run.close();
  EXPECT_EQ(value(path, "SELECT name FROM shop_orders"), "'1'");
  EXPECT_EQ(value(path, "SELECT name FROM shop_orders_2"), "'2'");
  EXPECT_EQ(value(path, "SELECT name FROM Shop_Orders_3"), "'3'");
}

TEST_F(Names, ATableOfSomebodyElseIsLeftAlone) {
  execute(path, "CREATE TABLE pokemon (name TEXT)");
  execute(path, "INSERT INTO pokemon VALUES ('mine')");
  FakeRun run(path);
  run.records(run.stream({}), {R"({"name":"a"})"});
  run.close();
  EXPECT_THAT(rows(path, "SELECT * FROM pokemon"), ElementsAre("'mine'"));
  EXPECT_EQ(value(path, "SELECT name FROM pokemon_2"), "'a'");
}

TEST_F(Names, AColumnOfSomebodyElseIsLeftAlone) {
  {
    FakeRun run(path);
    run.records(run.stream({}), {R"({"name":"a"})"});
    run.close();
  }
  execute(path, "ALTER TABLE pokemon ADD COLUMN note TEXT");
  execute(path, "UPDATE pokemon SET note = 'mine'");
  FakeRun run(path);
  run.records(run.stream({}), {R"({"name":"a","note":"theirs"})"});
  run.close();
  EXPECT_THAT(rows(path, "SELECT name, note, note_2 FROM pokemon"), ElementsAre("'a'|'mine'|'theirs'"));
}

TEST_F(Names, ADroppedColumnComesBackWhenItIsSent) {
  {
    FakeRun run(path);
    run.records(run.stream({}), {R"({"name":"a","extra":1})"});
    run.close();
  }
  execute(path, "ALTER TABLE pokemon DROP COLUMN extra");
  FakeRun run(path);
  run.records(run.stream({}), {R"({"name":"b","extra":2})"});
  run.close();
  EXPECT_THAT(rows(path, "SELECT name, extra FROM pokemon ORDER BY rowid"), ElementsAre("'a'|NULL", "'b'|2"));
  EXPECT_THAT(run.context.warnings, IsEmpty());
}

}  // namespace
}  // namespace sqlite_test
