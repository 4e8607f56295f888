// The adapter's own tables beside the data, in the same file, so that one transaction covers both:
//
//   _integ_tables   which stream a table belongs to
//   _integ_columns  which member of a record (a JSON pointer) a column holds
//   _integ_state    each pipeline's state of each stream, and the last row that it covers
//   _integ_new      the table that a pipeline fills to replace a stream's table, and which run does
//
// Names are kept here because they can't be derived again: `Name` became `Name_2` when `name` was there first.
#pragma once

#include "database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ_sqlite {

struct StreamName {
  std::string name;
  std::string name_space;
  // "orders", or "shop.orders" for messages.
  std::string shown() const { return name_space.empty() ? name : name_space + "." + name; }
  bool operator==(const StreamName&) const = default;
};

class Ledger {
 public:
  // Makes the tables where they are missing; the caller has begun a transaction.
  static void create(Database& database);
  // `pipeline` is whose states are read and written.
  Ledger(Database& database, std::string pipeline);

  const std::string& pipeline() const noexcept { return pipeline_; }

  std::optional<std::string> table_of(const StreamName& stream);
  void add_table(std::string_view table, const StreamName& stream);
  // The table is gone: its columns and states mean nothing any more.
  void forget(std::string_view table, const StreamName& stream);

  struct Column {
    std::string name;
    std::string pointer;
  };
  std::vector<Column> columns_of(std::string_view table);  // in the order in which they were added
  void add_column(std::string_view table, const Column& column);
  void forget_column(std::string_view table, std::string_view column);

  // This pipeline's table beside the stream's own one, while it is being filled. Its state covers that one's rows.
  struct NewTable {
    std::string name;
    std::string run;  // whose rows come in
  };
  std::optional<NewTable> new_table_of(const StreamName& stream);
  // Adds it, or hands it to another run.
  void put_new_table(const StreamName& stream, const NewTable& table);
  void forget_new_table(const StreamName& stream, std::string_view table);

  std::optional<std::string> state_of(const StreamName& stream);
  std::int64_t last_row_of(const StreamName& stream);  // 0 when there is no state
  // "null" or empty: nothing to go on from, but the rows up to `last_row` are of runs that have ended.
  void store_state(const StreamName& stream, std::string_view state, std::uint64_t ticket, std::int64_t last_row,
                   std::string_view now);
  void remove_state(const StreamName& stream);
  // The rows of the stream's table are others now: this pipeline's state, if any, covers those up to `last_row`, and
  // the states of other pipelines cover nothing, but where they belong to a new table of their own.
  void rows_replaced(const StreamName& stream, std::int64_t last_row);

 private:
  // Binds parameters 1 to 3: this pipeline's stream.
  void of_mine(Statement& statement, const StreamName& stream) const;
  void forget_columns(std::string_view table);

  Database& database_;
  std::string pipeline_;
  Statement store_;
};

}  // namespace integ_sqlite
