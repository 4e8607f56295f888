// A SQLite file, read back.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;

namespace integration {

// Each value as text (the bytes, NUL too; a double by its shortest spelling), NULL as nothing.
using Row = std::vector<std::optional<std::string>>;

class Database {
 public:
  // Read only; throws std::runtime_error where it isn't there. What a killed writer left in a journal or WAL is
  // recovered first, as the next run would.
  explicit Database(const std::string& path);
  ~Database();

  // All throw std::runtime_error with SQLite's message.
  std::vector<Row> rows(const std::string& sql) const;
  // The first column, NULL as "NULL".
  std::vector<std::string> column(const std::string& sql) const;
  // The first value of the first row, NULL as "NULL"; "" without a row.
  std::string value(const std::string& sql) const;
  long long number(const std::string& sql) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace integration
