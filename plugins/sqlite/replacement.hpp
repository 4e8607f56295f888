// mode: replace. A run that starts from nothing fills a table beside the stream's own one, and when the stream is
// complete its rows take the place of all old ones, in one transaction. Until then readers see the old rows, whatever
// becomes of the run.
//
// The run's states are stored meanwhile. They cover rows of the new table, so that the state which covered the old
// ones goes when the new table is made, and a run that resumes from a state while there is a new table goes on in that.
// At any moment at most one run fills a pipeline's new table: whoever took it last; the other one is told.
//
// Everything here is done inside the transaction that the session has begun.
#pragma once

#include "layout.hpp"

#include <optional>
#include <string>

namespace integ_sqlite {

class Replacement {
 public:
  // `main`: the stream's own table, which outlives this.
  Replacement(Database& database, Ledger& ledger, Layout& main) : database_(database), ledger_(ledger), main_(main) {}

  // First of all: an unfinished table that can't be gone on with goes, and the state that covers it with it. That is
  // so where somebody dropped it, or where the mode is another one now (`wanted` is false).
  void look(bool wanted);
  // Makes a new table; an unfinished one goes.
  void begin();
  // Goes on in an unfinished table, less the rows behind its state, which come again. False when there is none, or one
  // without a state: that goes, and rows belong into the stream's own table.
  bool resume();
  // For the table's rows to be this run's alone; INTEG_E_OUTPUT once another run of the pipeline has taken it.
  void check();
  // The own table's columns or keys may be others.
  void follow();
  // The stream is complete.
  void publish();

  Layout* table() noexcept { return new_ ? &*new_ : nullptr; }  // nullptr unless between begin/resume and publish

 private:
  void drop(const std::string& table);

  Database& database_;
  Ledger& ledger_;
  Layout& main_;
  std::optional<Layout> new_;
  std::string run_;
};

}  // namespace integ_sqlite
