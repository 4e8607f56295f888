// Files that can't be a store: each is named, said what is wrong with, and left as it was.

#include "base/files.hpp"
#include "state/sqlite.hpp"
#include "state/store.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace integ::state {
namespace {

using test::Child;
using test::error_of;
using test::Folder;
using testing::AllOf;
using testing::HasSubstr;

void write(const std::string& path, const std::string& content) { replace_file(path, content); }

// What opening says in a process that has no right to everything.
std::string error_as_nobody(const std::string& path) {
  Child child([&](int) {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) throw Error(Kind::internal, "setuid");
    const auto store = open_sqlite_store(path);
    store->lease("p");
  });
  std::string line = child.line();
  EXPECT_EQ(child.wait(), 1);
  return line;
}

TEST(Errors, NotADatabase) {
  const Folder folder;
  const std::string path = folder / "state.db";
  const std::string text = "name: orders\nconnector: pokeapi\n" + std::string(2000, '#');
  write(path, text);
  const Error error = error_of([&] { open_sqlite_store(path); });
  EXPECT_EQ(error.kind(), Kind::state);
  EXPECT_THAT(error.message(), AllOf(HasSubstr(path), HasSubstr("is no database")));
  EXPECT_EQ(read_file(path), text);
}

TEST(Errors, ADatabaseOfSomethingElseIsLeftAlone) {
  const Folder folder;
  const std::string path = folder / "pokemon.db";
  Database(path).execute("CREATE TABLE pokemon (name TEXT)");
  const std::string before = read_file(path);
  const Error error = error_of([&] { open_sqlite_store(path); });
  EXPECT_THAT(error.message(), AllOf(HasSubstr(path), HasSubstr("belongs to something else")));
  EXPECT_EQ(read_file(path), before);
}

TEST(Errors, OneOfANewerVersionIsLeftAlone) {
  const Folder folder;
  const std::string path = folder / "state.db";
  open_sqlite_store(path);
  Database(path).execute("PRAGMA user_version = 7");
  const Error error = error_of([&] { open_sqlite_store(path); });
  EXPECT_THAT(error.message(), AllOf(HasSubstr(path), HasSubstr("newer integ"), HasSubstr("version 7")));
}

TEST(Errors, AnEmptyFileIsANewStore) {
  const Folder folder;
  write(folder / "state.db", "");
  EXPECT_EQ(open_sqlite_store(folder / "state.db", true)->lease("p")->token(), 1);
}

TEST(Errors, ADamagedFile) {
  const Folder folder;
  const std::string path = folder / "state.db";
  {
    const auto store = open_sqlite_store(path);
    const auto lease = store->lease("p");
    for (int i = 0; i < 300; ++i) store->commit("p", lease->token(), {std::to_string(i), ""}, std::string(500, 'x'));
  }
  std::string content = read_file(path);
  ASSERT_GT(content.size(), 40'000U);
  content.replace(8192, 24'000, std::string(24'000, '\xA5'));
  write(path, content);
  const Error error = error_of([&] { open_sqlite_store(path)->load("p"); });
  EXPECT_EQ(error.kind(), Kind::state);
  EXPECT_THAT(error.message(), AllOf(HasSubstr(path), HasSubstr("damaged")));
}

TEST(Errors, AFileWhereAFolderShouldBe) {
  const Folder folder;
  write(folder / "file", "");
  const Error error = error_of([&] { open_sqlite_store(folder / "file/state.db"); });
  EXPECT_EQ(error.kind(), Kind::state);
  EXPECT_THAT(error.message(), AllOf(HasSubstr(folder / "file/state.db"), HasSubstr("Not a directory")));
  EXPECT_THAT(error_of([&] { open_sqlite_store(folder.path()); }).message(),
              AllOf(HasSubstr(folder.path()), HasSubstr("cannot be opened")));
  EXPECT_EQ(error_of([&] { open_sqlite_store(""); }).kind(), Kind::state);
}

TEST(Errors, AFolderWithoutTheRightToWrite) {
  const Folder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  const std::string said = error_as_nobody(folder / "state.db");
  EXPECT_THAT(said, AllOf(HasSubstr(folder / "state.db"), HasSubstr("Permission denied")));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Errors, AReadOnlyFile) {
  const Folder folder;
  const std::string path = folder / "state.db";
  open_sqlite_store(path);
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0777));
  std::filesystem::permissions(path, std::filesystem::perms(0444));
  EXPECT_THAT(error_as_nobody(path), AllOf(HasSubstr(path), HasSubstr("read-only")));
}

TEST(Errors, AFullDisk) {
  const Folder folder;
  Database database(folder / "full.db");
  database.execute("CREATE TABLE t (x TEXT); PRAGMA max_page_count = 3");
  const std::string large(100'000, 'x');
  const Error error =
      error_of([&] { Statement(database, "INSERT INTO t VALUES (?1)").bind(1, std::string_view(large)).run(); });
  EXPECT_EQ(error.kind(), Kind::state);
  EXPECT_THAT(error.message(), AllOf(HasSubstr(folder / "full.db"), HasSubstr("the disk is full")));
}

TEST(Errors, ATransactionThatIsLeftChangesNothing) {
  const Folder folder;
  Database database(folder / "t.db");
  database.execute("CREATE TABLE t (x TEXT)");
  try {
    Transaction transaction(database);
    database.execute("INSERT INTO t VALUES ('a')");
    throw Error(Kind::internal, "left");
  } catch (const Error&) {
  }
  Statement count(database, "SELECT count(*) FROM t");
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.number(0), 0);
}

}  // namespace
}  // namespace integ::state
