// A stream's table as it stands in the file: its columns, its key, and how they grow.
//
// Everything here changes the file inside the transaction that the session has begun. Columns are added, never
// dropped or retyped; columns that somebody else added are left alone.
#pragma once

#include "database.hpp"
#include "ledger.hpp"
#include "names.hpp"
#include "schema.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace integ_sqlite {

struct Column {
  std::string name;
  std::string pointer;             // what it holds
  std::vector<std::string> steps;  // of the pointer; one step is a member of the record itself
  bool text = false;               // TEXT in the file; else ANY
  bool boolean = true;             // true and false are kept as 1 and 0
};

class Layout {
 public:
  Layout(Database& database, Ledger& ledger, const integ::AdapterContext& context, StreamName stream);

  // Finds or makes the table, adds what `properties` and `keys` (JSON pointers) have that it lacks, and sees to
  // the unique index on `keys`; no keys: none.
  void open(const std::vector<Property>& properties, const std::vector<std::string>& keys);
  // Reads the columns again, after another process changed the file.
  void reload();
  // A column for a member that no schema told of, as long as the table isn't full.
  void add_member(std::string_view member);
  bool full() const noexcept;
  // `_integ_pipeline`: who wrote a row that no key identifies. `_integ_more`: members beyond the last column.
  void add_pipeline_column();
  void add_more_column();

  const std::string& table() const noexcept { return table_; }
  const std::vector<Column>& columns() const noexcept { return columns_; }
  const std::vector<std::size_t>& key() const noexcept { return key_; }  // into columns()
  bool has_pipeline_column() const noexcept { return pipeline_column_; }
  bool has_more_column() const noexcept { return more_column_; }
  const StreamName& stream() const noexcept { return stream_; }

 private:
  void create(const std::vector<Property>& properties, const std::vector<std::string>& keys);
  std::string take_column(std::string_view wanted, const std::string& pointer);
  void add_column(const std::string& pointer, std::string_view wanted, bool text);
  std::size_t index_of(std::string_view pointer) const;  // columns().size() when there is none
  void settle_index();
  void drop_doubles(const std::string& list);
  void add_own(const std::string& name, bool& there);

  Database& database_;
  Ledger& ledger_;
  integ::AdapterContext context_;
  StreamName stream_;
  std::string table_;
  std::vector<Column> columns_;
  std::vector<std::string> key_pointers_;
  std::vector<std::size_t> key_;
  std::map<std::string, bool, std::less<>> booleans_;  // by pointer: the schema allows true and false
  NameSet names_;                                      // of all columns in the file
  bool pipeline_column_ = false;
  bool more_column_ = false;
  std::set<std::string, std::less<>> warned_;  // columns whose new name has been told
};

}  // namespace integ_sqlite
