// SQLite's C API with owners: a connection, a prepared statement, a transaction that rolls back unless it
// is committed.
//
//   Transaction transaction(database);
//   Statement insert(database, "INSERT INTO t VALUES (?1)");
//   insert.bind(1, text).run();
//   transaction.commit();
//
// One thread at a time: the owner of the Database holds a lock around each use. Every failure is an Error of
// kind state that names the file and says what may be done.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace integ::state {

// How long a statement waits for another process's write: a commit of the state is a few milliseconds, so
// that something which holds the file for longer is stuck.
inline constexpr int kBusyTimeoutMs = 10'000;

class Database {
 public:
  // Opens for reading and writing, and makes an empty file when there is none.
  explicit Database(std::string path);

  void execute(const char* sql);
  const std::string& path() const noexcept { return path_; }
  sqlite3* handle() const noexcept { return handle_.get(); }
  // Throws what the connection's last result code means.
  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

class Statement {
 public:
  Statement(const Database& database, std::string_view sql);

  // Parameters from 1. The text is borrowed until the statement is gone or has run.
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, std::int64_t number);
  // True while there is a row.
  bool step();
  // To the end, ignoring rows.
  void run();
  // Columns from 0, of the row that step() found.
  std::string text(int column) const;
  std::int64_t number(int column) const;
  bool null(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// BEGIN IMMEDIATE: the right to write is taken at once, so that what is read here is what is changed here.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace integ::state
