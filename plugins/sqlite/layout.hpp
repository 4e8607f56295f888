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
#include <cstdint>
#include <map>
#include <optional>
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

  // Finds or makes the table and adds what `properties` and `keys` (JSON pointers) have that it lacks.
  void open(const std::vector<Property>& properties, const std::vector<std::string>& keys);
  // Sees to the unique index on the keys; no keys: none. Rows that share a key go, but the newest.
  void settle_index();

  // A second table of the same columns beside this one, `_integ_new_` and this one's name; the ledger of tables does
  // not know it, that of columns does. Its index is settled.
  Layout beside();
  // The one that beside() made in an earlier run; nullopt where somebody has dropped it.
  std::optional<Layout> beside(const std::string& table);
  // Adds what `main`, whose beside() this is, has got meanwhile, under the same keys.
  void follow(const Layout& main);
  // Puts the rows of `other`, a beside() of this one, into the place of all that are here, and drops `other`'s table.
  void replace_rows(Layout& other);

  // Reads the columns again, after another process changed the file.
  void reload();
  // A column for a member that no schema told of, as long as the table isn't full.
  void add_member(std::string_view member);
  bool full() const noexcept;
  // `_integ_pipeline`: who wrote a row that no key identifies. `_integ_more`: members beyond the last column.
  void add_pipeline_column();
  void add_more_column();

  std::int64_t last_row() const;  // 0 for an empty table
  const std::string& table() const noexcept { return table_; }
  const std::vector<Column>& columns() const noexcept { return columns_; }
  const std::vector<std::size_t>& key() const noexcept { return key_; }  // into columns()
  bool has_pipeline_column() const noexcept { return pipeline_column_; }
  bool has_more_column() const noexcept { return more_column_; }
  const StreamName& stream() const noexcept { return stream_; }

 private:
  void create(const std::vector<Property>& properties, const std::vector<std::string>& keys);
  Layout twin(std::string table) const;
  void add_columns_of(const Layout& other);
  std::string unused(const std::string& name);  // with a suffix where an object of the file has it
  std::string take_column(std::string_view wanted, const std::string& pointer);
  void add_column(const std::string& pointer, std::string_view wanted, bool text);
  std::size_t index_of(std::string_view pointer) const;  // columns().size() when there is none
  std::string key_list() const;
  std::vector<std::string> own_indexes() const;  // on the key; one, or none
  void drop_index();
  void create_index();
  void drop_doubles(const std::string& list);
  void add_own(const std::string& name, bool& there);

  Database& database_;
  Ledger& ledger_;
  integ::AdapterContext context_;
  StreamName stream_;
  std::string table_;
  bool beside_ = false;
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
