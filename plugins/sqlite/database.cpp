#include "database.hpp"

#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace integ_sqlite {
namespace {

// How long to wait for another writer. One that commits as this adapter does lets go after half a second; a
// minute is for what others do with the file. After a cancellation the last flush still has to get in.
constexpr std::int64_t patience_ms = 60'000;
constexpr std::int64_t patience_when_cancelled_ms = 2'000;
// SQLite's own handler sleeps up to 100 ms between two looks and so misses the gaps that a busy writer leaves.
constexpr std::chrono::milliseconds between_looks(1);

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// ":memory:" and "file:..." are files of that name, not SQLite's special ones: data would be gone at the end.
std::string as_file(const std::string& path) {
  return path.starts_with(':') || path.starts_with("file:") ? "./" + path : path;
}

}  // namespace

Statement::Statement(Database& database, const std::string& sql) : database_(&database) {
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  handle_.reset(made);
  check(code);
}

void Statement::check(int code) { database_->check(code); }

Statement& Statement::null(int parameter) {
  check(sqlite3_bind_null(handle_.get(), parameter));
  return *this;
}

Statement& Statement::integer(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), parameter, value));
  return *this;
}

Statement& Statement::real(int parameter, double value) {
  check(sqlite3_bind_double(handle_.get(), parameter, value));
  return *this;
}

Statement& Statement::text(int parameter, std::string_view value) {
  // A NULL pointer would bind NULL; an empty text is something else.
  const char* const data = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(handle_.get(), parameter, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

void Statement::clear() { sqlite3_clear_bindings(handle_.get()); }

bool Statement::row() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(handle_.get());
  check(code);
  return false;
}

std::string_view Statement::text_at(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::int64_t Statement::integer_at(int column) const { return sqlite3_column_int64(handle_.get(), column); }

bool Statement::null_at(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }

void Statement::run() {
  while (row()) {
  }
}

Database::Database(std::string path, const integ::AdapterContext& context) : path_(std::move(path)), context_(context) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(as_file(path_).c_str(), &opened,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(opened);
  check(code);
  sqlite3_extended_result_codes(handle(), 1);
  check(sqlite3_busy_handler(handle(), &Database::busy, this));
}

void Database::run(const std::string& sql) { check(sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr)); }

std::int64_t Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.row() ? statement.integer_at(0) : 0;
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle()); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

// NOLINTNEXTLINE(readability-make-member-function-const): it changes the file
void Database::rollback() noexcept {
  if (in_transaction()) sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

int Database::busy(void* self, int tries) noexcept {
  Database& database = *static_cast<Database*>(self);
  const std::int64_t now = steady_ms();
  if (tries == 0) {
    database.waiting_since_ms_ = now;
    database.cancelled_since_ms_ = 0;
  }
  if (now - database.waiting_since_ms_ > patience_ms) return 0;
  if (database.context_.cancelled()) {
    if (database.cancelled_since_ms_ == 0) database.cancelled_since_ms_ = now;
    if (now - database.cancelled_since_ms_ > patience_when_cancelled_ms) return 0;
  }
  std::this_thread::sleep_for(between_looks);
  return 1;
}

void Database::check(int code) {
  const int kind = code & 0xFF;
  if (kind == SQLITE_OK || kind == SQLITE_ROW || kind == SQLITE_DONE) return;
  if (kind == SQLITE_BUSY && context_.cancelled()) throw integ::AdapterFailure(INTEG_CANCELLED, "cancelled");
  throw integ::AdapterFailure(INTEG_E_OUTPUT, sentence(code));
}

std::string Database::sentence(int code) const {
  const std::string said = handle() != nullptr ? sqlite3_errmsg(handle()) : sqlite3_errstr(code);
  const int reason = handle() != nullptr ? sqlite3_system_errno(handle()) : 0;
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
      return path_ + " is not a SQLite database; give the output another path";
    case SQLITE_CORRUPT:
      return path_ + " is a damaged SQLite database (" + said + ")";
    case SQLITE_CANTOPEN:
      return path_ + " can't be opened for writing" +
             (reason != 0 ? ": " + std::string(std::strerror(reason)) : " (" + said + ")");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return path_ + " can't be written: the file or its folder is read-only";
    case SQLITE_FULL:
      return path_ + " can't be written: No space left on the device (" + said + ")";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return path_ + " is locked by another program, which did not let go of it within " +
             std::to_string(patience_ms / 1000) + " s";
    case SQLITE_IOERR:
      return path_ + " can't be read or written (" + said +
             (reason != 0 ? ": " + std::string(std::strerror(reason)) : "") + ")";
    default:
      return path_ + ": SQLite says: " + said;
  }
}

}  // namespace integ_sqlite
