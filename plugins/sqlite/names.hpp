// Names of tables and columns: any text a stream or a member is called becomes one that SQLite takes.
//
// SQLite compares names without regard to ASCII case, keeps `sqlite_` to itself, and cuts a statement at a
// NUL; the adapter keeps `_integ_` and `_rowid_` to itself. Names are always written quoted.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace integ_sqlite {

// "order" -> "\"order\"", ready for a statement.
std::string quoted(std::string_view name);

// As it is where that works; the empty name is "_", a reserved one gets a leading "_".
std::string usable(std::string_view name);

// Names that are taken, without regard to case.
class NameSet {
 public:
  bool has(std::string_view name) const;
  void add(std::string_view name);
  // `wanted` made usable, with the first free suffix (_2, _3, ...) where it is taken; taken from now on.
  std::string take(std::string_view wanted);

 private:
  std::set<std::string, std::less<>> folded_;
};

}  // namespace integ_sqlite
