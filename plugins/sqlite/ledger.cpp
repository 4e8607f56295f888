#include "ledger.hpp"

#include <utility>

namespace integ_sqlite {

void Ledger::create(Database& database) {
  database.run(
      "CREATE TABLE IF NOT EXISTS _integ_tables (name TEXT NOT NULL PRIMARY KEY, stream TEXT NOT NULL,"
      " namespace TEXT NOT NULL, UNIQUE (stream, namespace)) STRICT");
  database.run(
      "CREATE TABLE IF NOT EXISTS _integ_columns (\"table\" TEXT NOT NULL, name TEXT NOT NULL, pointer TEXT NOT NULL,"
      " PRIMARY KEY (\"table\", name), UNIQUE (\"table\", pointer)) STRICT");
  database.run(
      "CREATE TABLE IF NOT EXISTS _integ_state (pipeline TEXT NOT NULL, stream TEXT NOT NULL, namespace TEXT NOT NULL,"
      " state TEXT NOT NULL, ticket INTEGER NOT NULL, last_row INTEGER NOT NULL, stored_at TEXT NOT NULL,"
      " PRIMARY KEY (pipeline, stream, namespace)) STRICT");
  database.run(
      "CREATE TABLE IF NOT EXISTS _integ_new (pipeline TEXT NOT NULL, stream TEXT NOT NULL, namespace TEXT NOT NULL,"
      " name TEXT NOT NULL UNIQUE, run TEXT NOT NULL, PRIMARY KEY (pipeline, stream, namespace)) STRICT");
}

Ledger::Ledger(Database& database, std::string pipeline)
    : database_(database),
      pipeline_(std::move(pipeline)),
      store_(database,
             "INSERT INTO _integ_state VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET state = excluded.state,"
             " ticket = excluded.ticket, last_row = excluded.last_row, stored_at = excluded.stored_at") {}

std::optional<std::string> Ledger::table_of(const StreamName& stream) {
  Statement find(database_, "SELECT name FROM _integ_tables WHERE stream = ? AND namespace = ?");
  find.text(1, stream.name).text(2, stream.name_space);
  if (!find.row()) return std::nullopt;
  return std::string(find.text_at(0));
}

void Ledger::add_table(std::string_view table, const StreamName& stream) {
  Statement(database_, "INSERT INTO _integ_tables VALUES (?,?,?)")
      .text(1, table)
      .text(2, stream.name)
      .text(3, stream.name_space)
      .run();
}

void Ledger::forget(std::string_view table, const StreamName& stream) {
  Statement(database_, "DELETE FROM _integ_tables WHERE name = ?").text(1, table).run();
  forget_columns(table);
  Statement(database_, "DELETE FROM _integ_state WHERE stream = ? AND namespace = ?")
      .text(1, stream.name)
      .text(2, stream.name_space)
      .run();
}

std::vector<Ledger::Column> Ledger::columns_of(std::string_view table) {
  std::vector<Column> result;
  Statement find(database_, "SELECT name, pointer FROM _integ_columns WHERE \"table\" = ? ORDER BY rowid");
  find.text(1, table);
  while (find.row()) result.push_back({std::string(find.text_at(0)), std::string(find.text_at(1))});
  return result;
}

void Ledger::add_column(std::string_view table, const Column& column) {
  Statement(database_, "INSERT INTO _integ_columns VALUES (?,?,?)")
      .text(1, table)
      .text(2, column.name)
      .text(3, column.pointer)
      .run();
}

void Ledger::forget_column(std::string_view table, std::string_view column) {
  Statement(database_, "DELETE FROM _integ_columns WHERE \"table\" = ? AND name = ?")
      .text(1, table)
      .text(2, column)
      .run();
}

void Ledger::forget_columns(std::string_view table) {
  Statement(database_, "DELETE FROM _integ_columns WHERE \"table\" = ?").text(1, table).run();
}

std::optional<Ledger::NewTable> Ledger::new_table_of(const StreamName& stream) {
  Statement find(database_, "SELECT name, run FROM _integ_new WHERE pipeline = ? AND stream = ? AND namespace = ?");
  of_mine(find, stream);
  if (!find.row()) return std::nullopt;
  return NewTable{std::string(find.text_at(0)), std::string(find.text_at(1))};
}

void Ledger::put_new_table(const StreamName& stream, const NewTable& table) {
  Statement put(database_, "INSERT OR REPLACE INTO _integ_new VALUES (?,?,?,?,?)");
  of_mine(put, stream);
  put.text(4, table.name).text(5, table.run).run();
}

void Ledger::forget_new_table(const StreamName& stream, std::string_view table) {
  Statement forget(database_, "DELETE FROM _integ_new WHERE pipeline = ? AND stream = ? AND namespace = ?");
  of_mine(forget, stream);
  forget.run();
  forget_columns(table);
}

void Ledger::of_mine(Statement& statement, const StreamName& stream) const {
  statement.text(1, pipeline_).text(2, stream.name).text(3, stream.name_space);
}

std::optional<std::string> Ledger::state_of(const StreamName& stream) {
  Statement find(database_, "SELECT state FROM _integ_state WHERE pipeline = ? AND stream = ? AND namespace = ?");
  of_mine(find, stream);
  if (!find.row()) return std::nullopt;
  return std::string(find.text_at(0));
}

std::int64_t Ledger::last_row_of(const StreamName& stream) {
  Statement find(database_, "SELECT last_row FROM _integ_state WHERE pipeline = ? AND stream = ? AND namespace = ?");
  of_mine(find, stream);
  return find.row() ? find.integer_at(0) : 0;
}

void Ledger::store_state(const StreamName& stream, std::string_view state, std::uint64_t ticket, std::int64_t last_row,
                         std::string_view now) {
  of_mine(store_, stream);
  store_.text(4, state.empty() ? "null" : state)
      .integer(5, static_cast<std::int64_t>(ticket))
      .integer(6, last_row)
      .text(7, now)
      .run();
}

void Ledger::remove_state(const StreamName& stream) {
  Statement remove(database_, "DELETE FROM _integ_state WHERE pipeline = ? AND stream = ? AND namespace = ?");
  of_mine(remove, stream);
  remove.run();
}

void Ledger::rows_replaced(const StreamName& stream, std::int64_t last_row) {
  Statement move(database_,
                 "UPDATE _integ_state SET last_row = ?4 WHERE pipeline = ?1 AND stream = ?2 AND namespace = ?3");
  of_mine(move, stream);
  move.integer(4, last_row).run();
  Statement remove(database_,
                   "DELETE FROM _integ_state WHERE pipeline <> ?1 AND stream = ?2 AND namespace = ?3 AND pipeline NOT"
                   " IN (SELECT pipeline FROM _integ_new WHERE stream = ?2 AND namespace = ?3)");
  of_mine(remove, stream);
  remove.run();
}

}  // namespace integ_sqlite
