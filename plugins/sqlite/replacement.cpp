#include "replacement.hpp"

#include "schema.hpp"

namespace integ_sqlite {
namespace {

std::string new_name_of_run(Database& database) {
  Statement random(database, "SELECT hex(randomblob(8))");
  random.row();
  return std::string(random.text_at(0));
}

}  // namespace

void Replacement::look(bool wanted) {
  const auto left = ledger_.new_table_of(main_.stream());
  if (left && !(wanted && main_.beside(left->name))) drop(left->name);
}

void Replacement::begin() {
  if (const auto left = ledger_.new_table_of(main_.stream())) drop(left->name);
  ledger_.remove_state(main_.stream());
  new_.emplace(main_.beside());
  run_ = new_name_of_run(database_);
  ledger_.put_new_table(main_.stream(), {new_->table(), run_});
}

bool Replacement::resume() {
  const auto left = ledger_.new_table_of(main_.stream());
  if (!left) return false;
  const auto state = ledger_.state_of(main_.stream());
  auto table = main_.beside(left->name);
  if (!table || !state || !says_something(*state)) {
    drop(left->name);
    return false;
  }
  new_.emplace(std::move(*table));
  run_ = new_name_of_run(database_);
  ledger_.put_new_table(main_.stream(), {left->name, run_});
  Statement erase(database_, "DELETE FROM " + quoted(left->name) + " WHERE _rowid_ > ?");
  erase.integer(1, ledger_.last_row_of(main_.stream())).run();
  return true;
}

void Replacement::check() {
  if (!new_) return;
  const auto now = ledger_.new_table_of(main_.stream());
  if (now && now->run == run_) return;
  throw integ::AdapterFailure(INTEG_E_OUTPUT, "another run of the pipeline '" + ledger_.pipeline() +
                                                  "' has begun to replace the stream " + main_.stream().shown() +
                                                  " in " + database_.path());
}

void Replacement::follow() {
  if (new_) new_->follow(main_);
}

void Replacement::publish() {
  if (!new_) return;
  main_.replace_rows(*new_);
  ledger_.forget_new_table(main_.stream(), new_->table());
  ledger_.rows_replaced(main_.stream(), main_.last_row());
  new_.reset();
}

void Replacement::drop(const std::string& table) {
  database_.run("DROP TABLE IF EXISTS " + quoted(table));
  ledger_.forget_new_table(main_.stream(), table);
  ledger_.remove_state(main_.stream());
}

}  // namespace integ_sqlite
