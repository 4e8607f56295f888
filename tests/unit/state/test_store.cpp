// What is committed is there again, and nothing else is.

#include "state/sqlite.hpp"
#include "state/store.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>
#include <thread>

namespace integ::state {
namespace {

using test::Child;
using test::error_of;
using test::Folder;
using test::say;
using testing::HasSubstr;

TEST(Store, ReadsBackWhatWasCommittedAfterReopening) {
  const Folder folder;
  const std::string path = folder / "deep/er/state.db";
  const std::string odd = "it's \"odd\"\n\xC3\xA9";
  {
    const auto store = open_sqlite_store(path);
    const auto lease = store->lease("orders");
    store->commit("orders", lease->token(), {"b", ""}, R"({"n":1})");
    store->commit("orders", lease->token(), {"a", "eu"}, R"({"n":2})");
    store->commit("orders", lease->token(), {"a", ""}, R"({"n":3})");
    store->commit("orders", lease->token(), {"b", ""}, R"({"n":4})");
    const auto other = store->lease(odd);
    store->commit(odd, other->token(), {odd, odd}, "{}");
  }
  const auto store = open_sqlite_store(path, true);
  const auto entries = store->load("orders");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].stream, (StreamId{"a", ""}));
  EXPECT_EQ(entries[0].json, R"({"n":3})");
  EXPECT_EQ(entries[1].stream, (StreamId{"a", "eu"}));
  EXPECT_EQ(entries[2].stream, (StreamId{"b", ""}));
  EXPECT_EQ(entries[2].json, R"({"n":4})");
  EXPECT_GT(entries[2].updated_at_ms, 1'600'000'000'000);
  EXPECT_EQ(store->pipelines(), (std::vector<std::string>{odd, "orders"}));
  EXPECT_TRUE(store->load("nothing").empty());
}

TEST(Store, ClearsOneStreamOrAll) {
  const Folder folder;
  const auto store = open_sqlite_store(folder / "state.db");
  const auto lease = store->lease("p");
  for (const StreamId& id : {StreamId{"a", ""}, StreamId{"a", "x"}, StreamId{"b", ""}}) {
    store->commit("p", lease->token(), id, "{}");
  }
  EXPECT_EQ(store->clear("p", StreamId{"a", ""}), 1U);
  EXPECT_EQ(store->clear("p", StreamId{"a", ""}), 0U);
  EXPECT_EQ(store->load("p").size(), 2U);
  EXPECT_EQ(store->clear("p", std::nullopt), 2U);
  EXPECT_TRUE(store->pipelines().empty());
}

// A destination that keeps states too would give a deleted one back: what a person did has to be remembered.
TEST(Store, CorrectionsLastUntilTheNextCommit) {
  const Folder folder;
  const auto store = open_sqlite_store(folder / "state.db");
  const auto lease = store->lease("p");
  store->commit("p", lease->token(), {"a", ""}, R"({"x":1})");
  store->commit("p", lease->token(), {"b", ""}, R"({"x":2})");
  EXPECT_TRUE(store->corrections("p").empty());
  store->clear("p", StreamId{"a", ""});
  store->correct("p", lease->token(), {"b", ""}, R"({"x":3})");
  const auto corrections = store->corrections("p");
  ASSERT_EQ(corrections.size(), 2U);
  EXPECT_EQ(corrections[0].json, "null");
  EXPECT_EQ(corrections[1].json, R"({"x":3})");
  EXPECT_EQ(store->load("p").size(), 1U);
  store->commit("p", lease->token(), {"a", ""}, R"({"x":4})");
  store->commit("p", lease->token(), {"b", ""}, R"({"x":5})");
  EXPECT_TRUE(store->corrections("p").empty());
  EXPECT_EQ(store->load("p").size(), 2U);
}

TEST(Store, LargeStatesSurvive) {
  const Folder folder;
  const auto store = open_sqlite_store(folder / "state.db");
  const auto lease = store->lease("p");
  const std::string large = "{\"ids\":\"" + std::string(5'000'000, 'x') + "\"}";
  store->commit("p", lease->token(), {"s", ""}, large);
  EXPECT_EQ(store->load("p").at(0).json, large);
}

TEST(Store, FilesAreForTheOwnerAlone) {
  const Folder folder;
  const mode_t before = ::umask(0);
  const auto store = open_sqlite_store(folder / "state.db");
  const auto lease = store->lease("p");
  store->commit("p", lease->token(), {"s", ""}, "{}");
  ::umask(before);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 4) << "the store, its log, the log's index, the lock";
}

TEST(Store, AMissingOneIsNotMadeWhenItMustExist) {
  const Folder folder;
  const Error error = error_of([&] { open_sqlite_store(folder / "x/state.db", true); });
  EXPECT_EQ(error.kind(), Kind::config);
  EXPECT_THAT(error.message(), HasSubstr(folder / "x/state.db"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Store, ThreadsCommitAtOnceAndNothingIsLost) {
  const Folder folder;
  const auto store = open_sqlite_store(folder / "state.db");
  const auto lease = store->lease("p");
  const auto commits = [&](const std::string& prefix) {
    for (int i = 0; i < 100; ++i) {
      store->commit("p", lease->token(), {prefix + std::to_string(i), ""}, std::to_string(i));
    }
  };
  std::thread first(commits, "a");
  std::thread second(commits, "b");
  first.join();
  second.join();
  EXPECT_EQ(store->load("p").size(), 200U);
}

TEST(Store, ProcessesCommitAtOnceAndNothingIsLost) {
  const Folder folder;
  const std::string path = folder / "state.db";
  const auto commits = [&](const std::string& pipeline) {
    return [&path, pipeline](int) {
      const auto store = open_sqlite_store(path);
      const auto lease = store->lease(pipeline);
      for (int i = 0; i < 50; ++i) store->commit(pipeline, lease->token(), {std::to_string(i), ""}, "{}");
    };
  };
  Child first(commits("a"));
  Child second(commits("b"));
  EXPECT_EQ(first.wait(), 0) << first.line();
  EXPECT_EQ(second.wait(), 0) << second.line();
  const auto store = open_sqlite_store(path, true);
  EXPECT_EQ(store->load("a").size(), 50U);
  EXPECT_EQ(store->load("b").size(), 50U);
}

TEST(Store, WhatWasCommittedOutlivesAKill) {
  const Folder folder;
  const std::string path = folder / "state.db";
  Child child([&](int fd) {
    const auto store = open_sqlite_store(path);
    const auto lease = store->lease("p");
    for (int i = 0;; ++i) {
      store->commit("p", lease->token(), {"s", ""}, std::to_string(i));
      say(fd, std::to_string(i));
    }
  });
  int last = -1;
  for (int i = 0; i < 40; ++i) last = std::stoi(child.line());
  child.kill();
  for (std::string line = child.line(); !line.empty(); line = child.line()) last = std::stoi(line);
  const auto store = open_sqlite_store(path, true);
  // The one after the last that was told of may have been committed, too.
  EXPECT_THAT(std::stoi(store->load("p").at(0).json), testing::AnyOf(last, last + 1));
}

TEST(Store, AFileOfVersionOneKeepsItsStatesAndTokens) {
  const Folder folder;
  const std::string path = folder / "state.db";
  Database(path).execute(R"(
    CREATE TABLE states (
      pipeline TEXT NOT NULL, stream TEXT NOT NULL, namespace TEXT NOT NULL,
      state TEXT NOT NULL, token INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL,
      by_hand INTEGER NOT NULL,
      PRIMARY KEY (pipeline, stream, namespace)) WITHOUT ROWID;
    CREATE TABLE leases (
      id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL UNIQUE, token INTEGER NOT NULL,
      host TEXT, boot TEXT, pid INTEGER, process_started INTEGER, acquired_at_ms INTEGER);
    INSERT INTO states VALUES ('p', 'a', '', '{"n":1}', 7, 1700000000000, 0);
    INSERT INTO leases (pipeline, token) VALUES ('p', 7);
    PRAGMA application_id = 1768846439;
    PRAGMA user_version = 1;)");
  for (int opened = 1; opened <= 2; ++opened) {
    const auto store = open_sqlite_store(path, true);
    EXPECT_EQ(store->load("p").at(0).json, R"({"n":1})");
    EXPECT_EQ(store->config("p").json, opened == 1 ? "" : R"({"c":1})");
    const auto lease = store->lease("p");
    EXPECT_EQ(lease->token(), 7 + opened);
    store->keep_config("p", lease->token(), R"({"c":1})");
  }
}

TEST(Store, AConfigurationIsKeptByTheNewestRunAlone) {
  const Folder folder;
  const std::string path = folder / "state.db";
  {
    const auto store = open_sqlite_store(path);
    std::int64_t old = 0;
    {
      const auto lease = store->lease("p");
      old = lease->token();
      store->keep_config("p", old, R"({"token":1})");
      store->keep_config("p", old, R"({"token":2})");
    }
    const auto lease = store->lease("p");
    store->keep_config("p", lease->token(), R"({"token":3})");
    EXPECT_EQ(error_of([&] { store->keep_config("p", old, R"({"token":4})"); }).kind(), Kind::state);
  }
  const auto store = open_sqlite_store(path, true);
  EXPECT_EQ(store->config("p").json, R"({"token":3})");
  EXPECT_GT(store->config("p").updated_at_ms, 1'600'000'000'000);
  EXPECT_EQ(store->config("q").json, "");
  EXPECT_EQ(store->pipelines(), std::vector<std::string>{"p"}) << "also without a state";
}

}  // namespace
}  // namespace integ::state
