// One connection to a SQLite file and its statements: RAII, and errors that name the file.
//
// Every failure is an AdapterFailure of INTEG_E_OUTPUT, or INTEG_CANCELLED when the host gave up while the
// file was locked. Used by one thread at a time.
#pragma once

#include <integ/adapter.hpp>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace integ_sqlite {

class Database;

// A prepared statement. Texts are bound without a copy: they have to live until run() or row() returned.
class Statement {
 public:
  Statement() = default;
  Statement(Database& database, const std::string& sql);

  Statement& null(int parameter);
  Statement& integer(int parameter, std::int64_t value);
  Statement& real(int parameter, double value);
  Statement& text(int parameter, std::string_view value);  // NUL inside is kept
  void clear();                                            // every parameter NULL

  // True while there is a row; false resets the statement.
  bool row();
  std::string_view text_at(int column) const;  // until the next row()
  std::int64_t integer_at(int column) const;
  bool null_at(int column) const;
  // Runs it to its end.
  void run();

  explicit operator bool() const noexcept { return handle_ != nullptr; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  void check(int code);
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  Database* database_ = nullptr;
};

class Database {
 public:
  // Opens or creates the file. Another process may hold it: see patience below.
  Database(std::string path, const integ::AdapterContext& context);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const std::string& sql);
  std::int64_t number(const std::string& sql);  // the first column of the first row
  std::int64_t changes() const;                 // rows that the last statement touched
  bool in_transaction() const;
  void rollback() noexcept;
  const std::string& path() const noexcept { return path_; }

  // Throws for anything but SQLITE_OK, SQLITE_ROW and SQLITE_DONE.
  void check(int code);
  sqlite3* handle() const noexcept { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };
  static int busy(void* self, int tries) noexcept;
  std::string sentence(int code) const;

  std::string path_;
  integ::AdapterContext context_;
  std::int64_t waiting_since_ms_ = 0;
  std::int64_t cancelled_since_ms_ = 0;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace integ_sqlite
