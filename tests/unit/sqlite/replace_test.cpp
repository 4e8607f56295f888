// mode: replace. The table holds the old rows or the new ones, whole, at any moment.
#include "fake_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sqlite_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::map<std::string, std::string> replace = {{"/mode", "replace"}};

std::map<std::string, std::string> replace_as(const std::string& pipeline) {
  return {{"/mode", "replace"}, {"/pipeline", pipeline}};
}

class Replace : public ::testing::Test {
 protected:
  using Records = std::vector<std::string>;

  // One whole session of one stream, which is complete unless it is cut off.
  void run(const StreamSpec& spec, const Records& records, const std::string& state = R"({"n":1})",
           const std::map<std::string, std::string>& options = replace, const std::string& entry = incremental) {
    begun(spec, records, state, options, entry, "COMPLETE");
  }
  // As after a kill: what was committed is there, and nothing after it happens.
  void cut_off(const StreamSpec& spec, const Records& records, const std::string& state = {},
               const Records& behind_state = {}, const std::map<std::string, std::string>& options = replace,
               const std::string& entry = fresh) {
    begun(spec, records, state, options, entry, "INCOMPLETE", behind_state);
  }
  // The host has a state, the file says that there is none.
  void expect_read_anew() {
    const std::string before = names();
    FakeRun one(path, replace);
    const auto* stream = one.stream({}, resumed);
    EXPECT_EQ(one.restore(stream), "null");
    one.status(stream, "STARTED");
    one.records(stream, {R"({"name":"d"})"});
    one.flush();
    EXPECT_EQ(names(), before);
    one.status(stream, "COMPLETE");
    one.close();
    EXPECT_EQ(names(), "'d'");
  }
  std::string names(const std::string& table = "pokemon") {
    return value(path, "SELECT ifnull(group_concat(name, ' '), '') FROM (SELECT name FROM " + table + " ORDER BY 1)");
  }
  std::string new_tables() {
    return value(path, "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%integ_new_%' AND type = 'table'");
  }

  Folder folder;
  std::string path = folder / "out.db";
  std::vector<std::string> warnings;

 private:
  void begun(const StreamSpec& spec, const Records& records, const std::string& state,
             const std::map<std::string, std::string>& options, const std::string& entry, const std::string& end,
             const Records& behind_state = {}) {
    FakeRun one(path, options);
    const auto* stream = one.stream(spec, entry);
    if (entry != fresh) one.restore(stream);
    one.status(stream, "STARTED");
    if (!records.empty()) one.records(stream, records);
    if (!state.empty()) one.state(stream, state, 1);
    if (!behind_state.empty()) one.records(stream, behind_state);
    one.flush();
    one.status(stream, end);
    one.close();
    warnings = one.context.warnings;
  }
};

const std::vector<std::string> old_rows = {R"({"name":"a"})", R"({"name":"b"})"};

TEST_F(Replace, ReadersSeeTheOldRowsUntilTheStreamIsComplete) {
  run({}, old_rows, {}, replace, fresh);
  FakeRun one(path, replace);
  const auto* stream = one.stream({});
  for (const char* const record : {R"({"name":"b"})", R"({"name":"c"})", R"({"name":"d"})"}) {
    one.records(stream, {record});
    one.flush();
    EXPECT_EQ(names(), "'a b'");
  }
  one.state(stream, R"({"n":1})", 1);
  EXPECT_EQ(one.flush(), 1u);
  EXPECT_EQ(names(), "'a b'");
  one.status(stream, "COMPLETE");
  EXPECT_EQ(names(), "'b c d'");
  EXPECT_EQ(new_tables(), "0");
  one.close();
  EXPECT_EQ(names(), "'b c d'");
  EXPECT_EQ(value(path, "SELECT count(*) FROM _integ_columns WHERE \"table\" <> 'pokemon'"), "0");
}

TEST_F(Replace, ARunThatFailsLeavesTheOldRows) {
  run({}, old_rows);
  cut_off({}, {R"({"name":"c"})"});
  EXPECT_EQ(names(), "'a b'");
  run({}, {R"({"name":"d"})"}, {}, replace, fresh);
  EXPECT_EQ(names(), "'d'") << "and nothing of the one that failed";
}

TEST_F(Replace, AStreamWithoutRecordsEmptiesItsTableOnlyWhenItIsComplete) {
  run({}, old_rows);
  cut_off({}, {});
  EXPECT_EQ(names(), "'a b'");
  cut_off({}, {}, R"({"n":2})");
  EXPECT_EQ(names(), "'a b'");
  run({}, {}, {}, replace, fresh);
  EXPECT_EQ(names(), "''");
}

// Each kind of row: with a key, without one, in a stream without keys.
TEST_F(Replace, AResumedRunGoesOnInTheUnfinishedTable) {
  const StreamSpec keyed{.name = "keyed"};
  const StreamSpec plain{.name = "plain", .keys = {}};
  for (const StreamSpec& spec : {keyed, plain}) {
    run(spec, {R"({"name":"old"})"});
    cut_off(spec, {R"({"name":"a"})", R"({"url":"u"})"}, R"({"n":2})", {R"({"name":"gone"})", R"({"url":"v"})"});
    EXPECT_EQ(names(spec.name), "'old'");
    {
      FakeRun one(path, replace);
      const auto* stream = one.stream(spec, incremental);
      EXPECT_EQ(one.restore(stream), R"({"n":2})");
      one.status(stream, "STARTED");
      one.records(stream, {R"({"name":"b"})", R"({"url":"v"})"});
      one.flush();
      EXPECT_EQ(names(spec.name), "'old'");
      one.state(stream, R"({"n":3})", 1);
      one.status(stream, "COMPLETE");
      one.close();
    }
    EXPECT_THAT(rows(path, "SELECT name, url FROM " + spec.name + " ORDER BY _rowid_"),
                ElementsAre("'a'|NULL", "NULL|'u'", "'b'|NULL", "NULL|'v'"));
  }
}

TEST_F(Replace, WhatWasReadToItsEndIsPublishedByTheNextRun) {
  run({}, {R"({"name":"old"})"});
  cut_off({}, {R"({"name":"a"})"}, R"({"n":2})");  // killed between its last state and COMPLETE
  run({}, {}, R"({"n":2})");
  EXPECT_EQ(names(), "'a'");
}

TEST_F(Replace, AResumedRunWithoutAnUnfinishedTableWritesIntoTheTable) {
  for (const StreamSpec& spec : {StreamSpec{.name = "keyed"}, StreamSpec{.name = "plain", .keys = {}}}) {
    run(spec, {R"({"name":"x"})"}, R"({"n":1})", replace, fresh);
    run(spec, old_rows, R"({"n":1})", replace, fresh);
    cut_off(spec, {R"({"name":"c"})"}, R"({"n":2})", {R"({"name":"d"})"}, replace, resumed);
    EXPECT_EQ(names(spec.name), "'a b c d'");
    run(spec, {R"({"name":"d"})"}, R"({"n":3})");
    EXPECT_EQ(names(spec.name), "'a b c d'");
    run(spec, {}, R"({"n":3})");
    EXPECT_EQ(names(spec.name), "'a b c d'") << "nothing new is no empty table";
  }
}

// A state that covers the old rows, with new ones that it knows nothing of.
TEST_F(Replace, TheOldStateGoesWhenTheNewTableIsBegun) {
  run({}, old_rows, R"({"n":7})");
  cut_off({}, {R"({"name":"c"})"});
  expect_read_anew();
}

TEST_F(Replace, ColumnsThatTheRunBroughtArePublished) {
  run({}, old_rows);
  FakeRun one(path, replace);
  const auto* stream = one.stream({});
  one.records(stream, {R"({"name":"a","Name":"x","size":18446744073709551617})", R"({"url":"no key"})"});
  one.flush();
  one.again(stream, R"({"properties":{"name":{"type":"string"},"size":{"type":"number"},"note":{"type":"string"}}})");
  one.records(stream, {R"({"name":"b","size":0.30000000000000004,"note":1.10,"late":true})"});
  one.status(stream, "COMPLETE");
  one.close();
  EXPECT_THAT(rows(path, "SELECT name, Name_2, size, note, late, url, _integ_pipeline FROM pokemon ORDER BY rowid"),
              ElementsAre("'a'|'x'|'18446744073709551617'|NULL|NULL|NULL|NULL", "NULL|NULL|NULL|NULL|NULL|'no key'|''",
                          "'b'|NULL|real 0.30000000000000004|'1.10'|1|NULL|NULL"));
  EXPECT_THAT(one.context.warnings, ElementsAre(HasSubstr("Name_2"), HasSubstr("primary key"))) << "once each";
}

TEST_F(Replace, MembersBeyondTheLastColumnArePublished) {
  run({}, old_rows);
  std::string record = R"({"name":"a")";
  for (int i = 0; i < 1200; ++i) record += ",\"m" + std::to_string(i) + "\":" + std::to_string(i);
  run({}, {record + "}"}, {}, replace, fresh);
  EXPECT_EQ(value(path, "SELECT m0, m997, _integ_more ->> 'm998', _integ_more ->> 'm1199' FROM pokemon"),
            "0|997|998|1199");
}

TEST_F(Replace, WhatOthersHavePutOnTheTableStays) {
  run({}, old_rows);
  execute(path, "ALTER TABLE pokemon ADD COLUMN mine TEXT DEFAULT 'mine'");
  execute(path, "CREATE INDEX by_url ON pokemon (url)");
  execute(path, "CREATE VIEW seen AS SELECT name FROM pokemon");
  execute(path, "CREATE TABLE heard (name)");
  execute(path, "CREATE TRIGGER hears AFTER INSERT ON pokemon BEGIN INSERT INTO heard VALUES (new.name); END");
  run({}, {R"({"name":"c","url":"u"})"}, {}, replace, fresh);
  EXPECT_EQ(value(path, "SELECT name, mine FROM pokemon INDEXED BY by_url WHERE url = 'u'"), "'c'|'mine'");
  EXPECT_EQ(names("seen"), "'c'");
  EXPECT_EQ(names("heard"), "'c'");
}

TEST_F(Replace, CompositeAndNestedKeysIdentify) {
  StreamSpec spec{.schema = R"({"properties":{"a":{"type":"integer"},"b":{"type":"object"},"v":{"type":"string"}}})",
                  .keys = {"/a", "/b/c"}};
  const std::vector<std::string> records = {R"({"a":1,"b":{"c":"x"},"v":"1"})", R"({"a":1,"b":{"c":"y"},"v":"2"})",
                                            R"({"b":{"c":"x"},"a":1,"v":"3"})"};
  run(spec, records, {}, replace, fresh);
  run(spec, records, {}, replace, fresh);
  EXPECT_THAT(rows(path, R"(SELECT a, "/b/c", v FROM pokemon ORDER BY v)"), ElementsAre("1|'y'|'2'", "1|'x'|'3'"));
}

// With another key rows of the old table may be doubles. They stay until they are replaced.
TEST_F(Replace, AnotherKeyTouchesNoOldRow) {
  run({.keys = {}}, {R"({"name":"a"})", R"({"name":"a"})"});
  cut_off({}, {R"({"name":"a"})"});
  EXPECT_EQ(names(), "'a a'");
  run({}, {R"({"name":"a"})", R"({"name":"a","url":"u"})"}, {}, replace, fresh);
  EXPECT_THAT(rows(path, "SELECT name, url FROM pokemon"), ElementsAre("'a'|'u'"));
  EXPECT_THAT(warnings, IsEmpty());
  run({}, {R"({"name":"a","url":"v"})"}, R"({"n":1})", replace, resumed);
  EXPECT_THAT(rows(path, "SELECT name, url FROM pokemon"), ElementsAre("'a'|'v'"));
}

TEST_F(Replace, AnUnfinishedTableGoesWithItsStateWhenTheModeIsAnother) {
  run({}, old_rows);
  cut_off({}, {R"({"name":"c"})"}, R"({"n":2})");
  FakeRun one(path);
  const auto* stream = one.stream({}, resumed);
  EXPECT_EQ(one.restore(stream), "null") << "what it covers is not in the table";
  one.status(stream, "STARTED");
  one.records(stream, {R"({"name":"c"})", R"({"name":"d"})"});
  one.close();
  EXPECT_EQ(names(), "'a b c d'");
  EXPECT_EQ(new_tables(), "0");
}

TEST_F(Replace, AnUnfinishedTableThatSomebodyDroppedIsReadAnew) {
  run({}, old_rows);
  cut_off({}, {R"({"name":"c"})"}, R"({"n":2})");
  execute(path, "DROP TABLE _integ_new_pokemon");
  expect_read_anew();
}

TEST_F(Replace, AColumnThatSomebodyDropsMeanwhileComesBack) {
  run({}, {R"({"name":"a","extra":1})"});
  cut_off({}, {R"({"name":"b","extra":2})"}, R"({"n":2})");
  execute(path, "ALTER TABLE pokemon DROP COLUMN extra");
  run({}, {R"({"name":"c"})"}, R"({"n":3})");
  EXPECT_THAT(rows(path, "SELECT name, extra FROM pokemon ORDER BY name"), ElementsAre("'b'|2", "'c'|NULL"));
}

TEST_F(Replace, AKeyThatSomebodyDropsMeanwhileComesBackAndIdentifies) {
  StreamSpec spec;
  spec.keys = {"/id"};
  run(spec, {R"({"id":1,"name":"a"})"});
  cut_off(spec, {R"({"id":1,"name":"b"})"}, R"({"n":2})");
  execute(path, "DROP INDEX _integ_key_pokemon");
  execute(path, "ALTER TABLE pokemon DROP COLUMN id");
  run(spec, {R"({"id":2,"name":"c"})"}, R"({"n":3})");
  run(spec, {R"({"id":2,"name":"d"})"}, R"({"n":4})");
  EXPECT_THAT(rows(path, "SELECT id, name FROM pokemon ORDER BY id"), ElementsAre("1|'b'", "2|'d'"));
}

// A bookmark that was taken away starts anew, one that was set goes on in the table.
TEST_F(Replace, AStateThatAPersonSetDecides) {
  run({}, old_rows);
  {
    FakeRun one(path, replace);
    const auto* stream = one.stream({}, incremental);
    EXPECT_EQ(one.restore(stream), R"({"n":1})");
    one.state(stream, "null", 1);
    one.status(stream, "STARTED");
    one.records(stream, {R"({"name":"c"})"});
    one.flush();
    EXPECT_EQ(names(), "'a b'");
    one.status(stream, "COMPLETE");
    one.close();
    EXPECT_EQ(names(), "'c'");
  }
  cut_off({}, {R"({"name":"x"})"});  // a new table that no state covers
  FakeRun one(path, replace);
  const auto* stream = one.stream({}, resumed);
  EXPECT_EQ(one.restore(stream), "null");
  one.state(stream, R"({"n":9})", 1);
  one.status(stream, "STARTED");
  one.records(stream, {R"({"name":"d"})"});
  one.status(stream, "COMPLETE");
  one.close();
  EXPECT_EQ(names(), "'c d'") << "what the bookmark leaves out must not go";
}

TEST_F(Replace, EachStreamIsReplacedWhenItIsComplete) {
  const StreamSpec one_spec{.name = "pokemon", .name_space = "x"};
  run({}, old_rows);
  run(one_spec, old_rows);
  FakeRun one(path, replace);
  const auto* first = one.stream({});
  const auto* second = one.stream(one_spec);
  one.records(first, {R"({"name":"c"})"});
  one.records(second, {R"({"name":"d"})"});
  one.status(second, "COMPLETE");
  EXPECT_EQ(names(), "'a b'");
  EXPECT_EQ(names("x_pokemon"), "'d'");
  one.records(first, {R"({"name":"e"})"});
  one.status(first, "COMPLETE");
  one.close();
  EXPECT_EQ(names(), "'c e'");
  EXPECT_EQ(names("x_pokemon"), "'d'");
}

TEST_F(Replace, TwoPipelinesReplaceOneTableEachWhole) {
  FakeRun one(path, replace_as("one"));
  FakeRun two(path, replace_as("two"));
  const StreamSpec plain{.keys = {}};
  const auto* first = one.stream(plain, incremental);
  const auto* second = two.stream(plain, incremental);
  one.status(first, "STARTED");
  two.status(second, "STARTED");
  for (const char* const name : {"a", "b", "c"}) {
    one.records(first, {std::string(R"({"name":"1)") + name + "\"}"});
    one.flush();
    two.records(second, {std::string(R"({"name":"2)") + name + R"(","more":1})"});
    two.flush();
  }
  one.state(first, R"({"n":1})", 1);
  one.flush();
  two.state(second, R"({"n":2})", 1);
  two.flush();
  one.status(first, "COMPLETE");
  EXPECT_EQ(names(), "'1a 1b 1c'");
  EXPECT_EQ(value(path, "SELECT count(*) FROM _integ_state"), "2") << "the second one covers rows that are to come";
  two.status(second, "COMPLETE");
  EXPECT_EQ(names(), "'2a 2b 2c'");
  one.close();
  two.close();
  EXPECT_THAT(rows(path, "SELECT pipeline, state FROM _integ_state"), ElementsAre(R"('two'|'{"n":2}')"))
      << "what the first one covers is gone, and has to be read again";
}

// Started twice by mistake, under one name: rows of the two must not mix.
TEST_F(Replace, OfTwoRunsOfOnePipelineTheLaterOneFills) {
  run({}, old_rows);
  FakeRun early(path, replace);
  const auto* first = early.stream({});
  early.records(first, {R"({"name":"early"})"});
  early.flush();
  FakeRun late(path, replace);
  const auto* second = late.stream({});
  late.records(second, {R"({"name":"late"})"});
  late.flush();
  EXPECT_EQ(early.try_records(first, {R"({"name":"mixed"})"}), INTEG_E_OUTPUT);
  EXPECT_THAT(early.context.error, HasSubstr("another run"));
  EXPECT_EQ(early.try_status(first, "COMPLETE"), INTEG_E_OUTPUT);
  late.status(second, "COMPLETE");
  late.close();
  EXPECT_EQ(names(), "'late'");
}

TEST_F(Replace, AReplacementThatTheTableRefusesLeavesTheOldRows) {
  run({}, old_rows);
  execute(path, "CREATE UNIQUE INDEX mine ON pokemon (url)");
  FakeRun one(path, replace);
  const auto* stream = one.stream({});
  one.records(stream, {R"({"name":"c","url":"u"})", R"({"name":"d","url":"u"})"});
  EXPECT_EQ(one.try_status(stream, "COMPLETE"), INTEG_E_OUTPUT);
  EXPECT_THAT(one.context.error, HasSubstr("UNIQUE"));
  one.close();
  EXPECT_EQ(names(), "'a b'");
}

// The other modes and other events pass it by.
TEST_F(Replace, AnUpsertTakesNoNoticeOfCompletion) {
  run({}, old_rows, {}, {}, fresh);
  run({}, {R"({"name":"c"})"}, {}, {}, fresh);
  EXPECT_EQ(names(), "'a b c'");
  EXPECT_EQ(new_tables(), "0");
}

}  // namespace
}  // namespace sqlite_test
