// Keys and growth: one row a key, every row kept.
#include "fake_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sqlite_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Keys : public ::testing::Test {
 protected:
  // One whole session of one stream; answers its warnings.
  std::vector<std::string> run(const StreamSpec& spec, const std::vector<std::string>& records,
                               const std::string& entry = fresh, const std::string& state = {},
                               const std::map<std::string, std::string>& options = {}) {
    FakeRun one(path, options);
    const auto* stream = one.stream(spec, entry);
    one.restore(stream);
    if (!records.empty()) one.records(stream, records);
    if (!state.empty()) one.state(stream, state, 1);
    one.flush();
    one.close();
    return one.context.warnings;
  }
  Folder folder;
  std::string path = folder / "out.db";
};

TEST_F(Keys, TheLastRecordOfAKeyIsTheRow) {
  run({}, {R"({"name":"a","url":"1"})", R"({"name":"a","url":"2"})", R"({"name":"b","url":"3"})"});
  run({}, {R"({"name":"b"})"});
  EXPECT_THAT(rows(path, "SELECT name, url FROM pokemon ORDER BY name"), ElementsAre("'a'|'2'", "'b'|NULL"));
}

TEST_F(Keys, ACompositeKeyNeedsAllItsParts) {
  StreamSpec spec{.schema = R"({"properties":{"a":{"type":"integer"},"b":{"type":"string"},"v":{"type":"string"}}})",
                  .keys = {"/a", "/b"}};
  run(spec, {R"({"a":1,"b":"x","v":"1"})", R"({"a":1,"b":"y","v":"2"})", R"({"b":"x","a":1,"v":"3"})"});
  EXPECT_THAT(rows(path, "SELECT a, b, v FROM pokemon ORDER BY b"), ElementsAre("1|'x'|'3'", "1|'y'|'2'"));
}

TEST_F(Keys, ACompositeKeyThatLacksAPartIsARowOfItsOwn) {
  StreamSpec spec{.schema = R"({"properties":{"a":{"type":"integer"},"b":{"type":"string"},"v":{"type":"string"}}})",
                  .keys = {"/a", "/b"}};
  const std::vector<std::string> records = {R"({"a":1,"v":"1"})", R"({"a":1,"b":null,"v":"2"})",
                                            R"({"a":1,"b":"","v":"3"})", R"({"a":1,"b":"","v":"4"})"};
  run(spec, records);
  run(spec, records);
  EXPECT_THAT(rows(path, "SELECT a, b, v FROM pokemon ORDER BY v"),
              ElementsAre("1|NULL|'1'", "1|NULL|'2'", "1|''|'4'"));
}

TEST_F(Keys, F103_TwoRunsInARowLeaveEachKeyOnce) {
  for (int i = 0; i < 2; ++i) run({}, {R"({"name":"a","url":"1"})", R"({"name":"b","url":"2"})"});
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon ORDER BY name"), ElementsAre("'a'", "'b'"));
}

TEST_F(Keys, ANestedKeyHasAColumnOfItsOwnAndKeepsItsDigits) {
  StreamSpec spec{.schema = R"({"properties":{"id":{"type":"object"},"v":{"type":"string"}}})", .keys = {"/id/n"}};
  run(spec, {R"({"id":{"n":18446744073709551617},"v":"1"})", R"({"id":{"n":18446744073709551618},"v":"2"})",
             R"({"id":{"n":18446744073709551617},"v":"3"})"});
  EXPECT_THAT(rows(path, R"(SELECT "/id/n", v FROM pokemon ORDER BY v)"),
              ElementsAre("'18446744073709551618'|'2'", "'18446744073709551617'|'3'"));
}

TEST_F(Keys, AKeyThatTheSchemaLacksStillIdentifies) {
  StreamSpec spec{.schema = R"({"type":"object"})"};
  run(spec, {R"({"name":"a","v":1})", R"({"name":"a","v":2})"});
  EXPECT_THAT(rows(path, "SELECT name, v FROM pokemon"), ElementsAre("'a'|2"));
}

TEST_F(Keys, ARecordWithoutItsKeyIsKeptAndToldOnce) {
  const std::vector<std::string> records = {R"({"url":"1"})", R"({"name":null,"url":"2"})", R"({"name":"a"})",
                                            R"({"url":"3"})"};
  EXPECT_THAT(run({}, records), ElementsAre(HasSubstr("primary key")));
  EXPECT_EQ(value(path, "SELECT count(*) FROM pokemon"), "4");
  run({}, records);
  EXPECT_EQ(value(path, "SELECT count(*) FROM pokemon"), "4") << "a second full run doubles nothing";
}

TEST_F(Keys, AFullRunReplacesRowsWithoutAKey) {
  StreamSpec spec{.keys = {}};
  run(spec, {R"({"name":"a"})", R"({"name":"a"})"}, fresh, R"({"done":1})");
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon"), ElementsAre("'a'", "'a'"));
  run(spec, {R"({"name":"b"})"}, fresh, R"({"done":1})");
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon"), ElementsAre("'b'"));
}

TEST_F(Keys, AFullRunThatFailsBeforeItsFirstRecordTakesNothingAway) {
  StreamSpec spec{.keys = {}};
  run(spec, {R"({"name":"a"})"});
  run(spec, {});
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon"), ElementsAre("'a'"));
}

TEST_F(Keys, AResumedRunAppendsRowsWithoutAKey) {
  StreamSpec spec{.keys = {}};
  run(spec, {R"({"name":"a"})"}, incremental, R"({"n":1})");
  run(spec, {R"({"name":"b"})"}, resumed, R"({"n":2})");
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon ORDER BY rowid"), ElementsAre("'a'", "'b'"));
}

// The host was killed between the commit and its own store: it says "from nothing", the file knows better.
TEST_F(Keys, ARestoredStateMakesTheRunAResumedOne) {
  StreamSpec spec{.keys = {}};
  run(spec, {R"({"name":"a"})"}, incremental, R"({"n":1})");
  run(spec, {R"({"name":"b"})"}, incremental, R"({"n":2})");
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon ORDER BY rowid"), ElementsAre("'a'", "'b'"));
}

TEST_F(Keys, WhatACutOffRunLeftBehindItsStateIsNotDoubled) {
  StreamSpec spec{.keys = {}};
  run(spec, {R"({"name":"a"})"}, incremental, R"({"n":1})");
  run(spec, {R"({"name":"b"})"}, resumed);  // no state: the next run reads it again
  run(spec, {R"({"name":"b"})"}, resumed, R"({"n":2})");
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon ORDER BY rowid"), ElementsAre("'a'", "'b'"));
}

TEST_F(Keys, TwoPipelinesInOneTableWithoutAKeyLeaveEachOtherAlone) {
  StreamSpec spec{.keys = {}};
  run(spec, {R"({"name":"a"})"}, fresh, {}, {{"/pipeline", "one"}});
  run(spec, {R"({"name":"b"})"}, fresh, {}, {{"/pipeline", "two"}});
  run(spec, {R"({"name":"c"})"}, fresh, {}, {{"/pipeline", "one"}});
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon ORDER BY name"), ElementsAre("'b'", "'c'"));
}

TEST_F(Keys, AppendKeepsEveryRecordOfRunsThatEnded) {
  const std::map<std::string, std::string> append = {{"/mode", "append"}};
  run({}, {R"({"name":"a"})"}, fresh, R"({"n":1})", append);
  run({}, {R"({"name":"a"})"}, fresh, {}, append);  // cut off
  run({}, {R"({"name":"a"})"}, fresh, R"({"n":2})", append);
  EXPECT_EQ(value(path, "SELECT count(*) FROM pokemon"), "2");
}

// Its state was taken away by a person, which the host tells after it asked for it.
TEST_F(Keys, ARunWhoseStateWasTakenAwayReplacesRowsWithoutAKey) {
  StreamSpec spec{.keys = {}};
  run(spec, {R"({"name":"a"})", R"({"name":"b"})"}, incremental, R"({"n":1})");
  FakeRun one(path);
  const auto* stream = one.stream(spec, incremental);
  EXPECT_EQ(one.restore(stream), R"({"n":1})");
  one.state(stream, "null", 1);
  one.flush();
  EXPECT_EQ(value(path, "SELECT count(*) FROM pokemon"), "2") << "not before there are others";
  one.status(stream, "STARTED");
  one.records(stream, {R"({"name":"a"})", R"({"name":"b"})"});
  one.close();
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon ORDER BY rowid"), ElementsAre("'a'", "'b'"));
}

// It was set by a person, in a file that had none: what is there does not come again.
TEST_F(Keys, ARunWhoseStateWasSetKeepsItsRows) {
  StreamSpec spec{.keys = {}};
  run(spec, {R"({"name":"a"})"});
  FakeRun one(path);
  const auto* stream = one.stream(spec, incremental);
  EXPECT_EQ(one.restore(stream), "null");
  one.state(stream, R"({"n":5})", 1);
  one.status(stream, "STARTED");
  one.records(stream, {R"({"name":"b"})"});
  one.close();
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon ORDER BY rowid"), ElementsAre("'a'", "'b'"));
}

// With its state taken away, and a first attempt after that which is cut off.
TEST_F(Keys, AppendKeepsRunsThatEndedWhenTheStateIsTakenAway) {
  run({}, {R"({"name":"a"})"}, incremental, R"({"n":1})", {{"/mode", "append"}});
  run({}, {R"({"name":"b"})"}, resumed, {}, {{"/mode", "append"}});
  {
    FakeRun one(path, {{"/mode", "append"}});
    const auto* stream = one.stream({}, incremental);
    one.restore(stream);
    one.state(stream, "null", 1);
    one.flush();
    EXPECT_EQ(value(path, "SELECT group_concat(name) FROM pokemon"), "'a'");
    one.status(stream, "STARTED");
    one.records(stream, {R"({"name":"a"})"});
    one.close();
  }
  run({}, {R"({"name":"a"})", R"({"name":"b"})"}, incremental, R"({"n":2})", {{"/mode", "append"}});
  EXPECT_THAT(rows(path, "SELECT name FROM pokemon ORDER BY rowid"), ElementsAre("'a'", "'a'", "'b'"));
}

TEST_F(Keys, AKeyThatAppearsLaterTakesHold) {
  run({.keys = {}}, {R"({"name":"a","url":"1"})", R"({"name":"a","url":"2"})"}, incremental, R"({"n":1})");
  EXPECT_THAT(run({}, {R"({"name":"b"})"}, resumed), ElementsAre(HasSubstr("newest")));
  EXPECT_THAT(rows(path, "SELECT name, url FROM pokemon ORDER BY name"), ElementsAre("'a'|'2'", "'b'|NULL"));
  EXPECT_THAT(run({}, {R"({"name":"b","url":"3"})"}, resumed), IsEmpty());
  EXPECT_EQ(value(path, "SELECT url FROM pokemon WHERE name = 'b'"), "'3'");
}

TEST_F(Keys, ColumnsAreAddedWhenTheSchemaOrARecordGrows) {
  FakeRun one(path);
  const auto* stream = one.stream({});
  one.records(stream, {R"({"name":"a"})"});
  one.again(stream, R"({"properties":{"name":{"type":"string"},"size":{"type":"number"},"note":{"type":"string"}}})");
  one.records(stream, {R"({"name":"b","size":1.5,"note":"n","url":"u","weight":{"kg":1}})"});
  one.close();
  EXPECT_THAT(rows(path, "SELECT name, size, note, url, weight FROM pokemon ORDER BY name"),
              ElementsAre("'a'|NULL|NULL|NULL|NULL", R"('b'|real 1.5|'n'|'u'|'{"kg":1}')"));
  EXPECT_THAT(rows(path, "SELECT type FROM pragma_table_info('pokemon') WHERE name IN ('size', 'note') ORDER BY name"),
              ElementsAre("'TEXT'", "'ANY'"));
  EXPECT_THAT(rows(path, "SELECT strict FROM pragma_table_list('pokemon')"), ElementsAre("1"));
}

// Another process widens the table between two commits of this one.
TEST_F(Keys, TwoSessionsGrowOneTable) {
  FakeRun one(path);
  FakeRun two(path);
  const auto* first = one.stream({});
  const auto* second = two.stream({});
  one.records(first, {R"({"name":"a","x":1})"});
  one.flush();
  two.records(second, {R"({"name":"b","x":2,"y":2})"});
  two.flush();
  one.records(first, {R"({"name":"c","x":3,"y":3})"});
  one.close();
  two.close();
  EXPECT_THAT(rows(path, "SELECT name, x, y FROM pokemon ORDER BY name"),
              ElementsAre("'a'|1|NULL", "'b'|2|2", "'c'|3|3"));
}

}  // namespace
}  // namespace sqlite_test
