#include "integration/support/database.hpp"

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace integration {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

constexpr int busy_ms = 10'000;  // a killed writer's recovery, or another process just closing

std::optional<std::string> text_of(sqlite3_stmt* statement, int column) {
  if (sqlite3_column_type(statement, column) == SQLITE_NULL) return std::nullopt;
  if (sqlite3_column_type(statement, column) == SQLITE_FLOAT) {  // SQLite itself would print 15 digits
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), sqlite3_column_double(statement, column));
    return std::string(text.data(), end.ptr);
  }
  const unsigned char* text = sqlite3_column_text(statement, column);
  return std::string(reinterpret_cast<const char*>(text),
                     static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Database::Database(const std::string& path) {
  sqlite3* opened = nullptr;
  // Not SQLITE_OPEN_READONLY: recovery after a kill may have to write.
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) throw std::runtime_error(path + ": " + sqlite3_errstr(code));
  sqlite3_busy_timeout(opened, busy_ms);
}

Database::~Database() = default;

std::vector<Row> Database::rows(const std::string& sql) const {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(database_.get()));
  }
  const Statement statement(raw);
  std::vector<Row> out;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    Row& row = out.emplace_back();
    for (int i = 0; i < sqlite3_column_count(raw); ++i) row.push_back(text_of(raw, i));
  }
  if (code != SQLITE_DONE) throw std::runtime_error(sql + ": " + sqlite3_errmsg(database_.get()));
  return out;
}

std::vector<std::string> Database::column(const std::string& sql) const {
  std::vector<std::string> out;
  for (const Row& row : rows(sql)) out.push_back(row.at(0).value_or("NULL"));
  return out;
}

std::string Database::value(const std::string& sql) const {
  const std::vector<std::string> all = column(sql);
  return all.empty() ? "" : all.front();
}

long long Database::number(const std::string& sql) const { return std::stoll(value(sql)); }

}  // namespace integration
