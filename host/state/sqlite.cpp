#include "state/sqlite.hpp"

#include "base/error.hpp"

#include <cstring>

namespace integ::state {
namespace {

std::string system_text(int number) { return number == 0 ? std::string() : std::string(": ") + std::strerror(number); }

// What the code means to the person who owns the file.
std::string explain(int code, int system_errno, const char* text) {
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
      return "the file is no database; name another file under `state: {path: ...}`";
    case SQLITE_CORRUPT:
      return "the database is damaged (" + std::string(text) +
             "); put a copy back, or move it away and let the streams begin anew";
    case SQLITE_READONLY:
      return "the file is read-only; it has to be writable, and so has its folder";
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "cannot be opened" + system_text(system_errno);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program has kept it locked for more than " + std::to_string(kBusyTimeoutMs / 1000) + " s";
    case SQLITE_IOERR:
      return "reading or writing failed" + (system_errno == 0 ? ": " + std::string(text) : system_text(system_errno));
    default:
      return text;
  }
}

}  // namespace

Database::Database(std::string path) : path_(std::move(path)) {
  // A name that SQLite would take for a database in memory, or for a temporary one, is no file.
  if (path_.empty()) throw Error(Kind::state, "the state store has no path");
  const std::string name = path_.front() == ':' ? "./" + path_ : path_;
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(name.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(handle(), kBusyTimeoutMs);
  // SQLite falls back to reading where it may not write.
  if (sqlite3_db_readonly(handle(), "main") == 1) fail(SQLITE_READONLY);
}

void Database::fail(int code) const {
  const int system_errno = handle_ ? sqlite3_system_errno(handle()) : 0;
  const char* text = handle_ ? sqlite3_errmsg(handle()) : sqlite3_errstr(code);
  throw Error(Kind::state, "state store " + path_ + ": " + explain(code, system_errno, text));
}

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

Statement::Statement(const Database& database, std::string_view sql) : database_(database) {
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &made, nullptr);
  if (code != SQLITE_OK) database.fail(code);
  statement_.reset(made);
}

Statement& Statement::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  const int code = sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind(int parameter, std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_.get(), parameter, number);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

bool Statement::null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

Transaction::Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  // A failed statement may have rolled back already; then this fails and nothing is lost by that.
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace integ::state
