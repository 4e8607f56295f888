#include "layout.hpp"

#include "record.hpp"

#include <algorithm>
#include <utility>

namespace integ_sqlite {
namespace {

// SQLite's own limit is 2000 columns; long before it each row costs more than it is worth. What a record has
// beyond goes into _integ_more.
constexpr std::size_t most_columns = 1000;

constexpr std::string_view extracted_at = "_integ_extracted_at";
constexpr std::string_view pipeline_name = "_integ_pipeline";
constexpr std::string_view more_name = "_integ_more";
constexpr std::string_view index_prefix = "_integ_key_";
constexpr std::string_view beside_prefix = "_integ_new_";

std::string declared(const std::string& name, bool text) { return quoted(name) + (text ? " TEXT" : " ANY"); }

std::string wanted_name(const std::string& pointer) {
  const auto steps = steps_of(pointer);
  return steps.size() == 1 ? steps.front() : pointer;
}

// The names of all tables, indexes, views and triggers.
NameSet objects(Database& database) {
  NameSet taken;
  Statement objects(database, "SELECT name FROM sqlite_schema");
  while (objects.row()) taken.add(objects.text_at(0));
  return taken;
}

}  // namespace

Layout::Layout(Database& database, Ledger& ledger, const integ::AdapterContext& context, StreamName stream)
    : database_(database), ledger_(ledger), context_(context), stream_(std::move(stream)) {}

void Layout::open(const std::vector<Property>& properties, const std::vector<std::string>& keys) {
  key_pointers_ = keys;
  for (const Property& property : properties) {
    booleans_.insert_or_assign(pointer_to(property.name), property.boolean || property.text);
  }
  if (const auto known = ledger_.table_of(stream_)) {
    table_ = *known;
    reload();
    // Nobody but its owner drops a table: they want to begin anew.
    if (names_.has(extracted_at)) {
      // Keys first, so that they find room in a table that is nearly full.
      for (const std::string& pointer : keys) {
        if (index_of(pointer) == columns_.size()) add_column(pointer, wanted_name(pointer), false);
      }
      for (const Property& property : properties) {
        const std::string pointer = pointer_to(property.name);
        if (index_of(pointer) == columns_.size() && !full()) {
          add_column(pointer, property.name, property.text);
        }
      }
      reload();
      return;
    }
    ledger_.forget(table_, stream_);
  }
  create(properties, keys);
  reload();
}

Layout Layout::twin(std::string table) const {
  Layout twin(database_, ledger_, context_, stream_);
  twin.table_ = std::move(table);
  twin.beside_ = true;
  twin.booleans_ = booleans_;
  twin.key_pointers_ = key_pointers_;
  return twin;
}

Layout Layout::beside() {
  Layout made = twin(unused(std::string(beside_prefix) + table_));
  std::string sql = "CREATE TABLE " + quoted(made.table_) + " (";
  for (const Column& column : columns_) {
    sql += declared(column.name, column.text) + ", ";
    ledger_.add_column(made.table_, {column.name, column.pointer});
  }
  database_.run(sql + quoted(extracted_at) + " TEXT) STRICT");
  made.reload();
  made.settle_index();
  return made;
}

std::optional<Layout> Layout::beside(const std::string& table) {
  Layout found = twin(table);
  found.reload();
  if (!found.names_.has(extracted_at)) return std::nullopt;
  found.follow(*this);
  return found;
}

void Layout::follow(const Layout& main) {
  booleans_ = main.booleans_;
  key_pointers_ = main.key_pointers_;
  add_columns_of(main);
  reload();
  settle_index();
}

void Layout::add_columns_of(const Layout& other) {
  for (const Column& column : other.columns_) {
    if (index_of(column.pointer) == columns_.size()) add_column(column.pointer, column.name, column.text);
  }
}

// Copied, and not renamed, for what others have put on the table is to stay: indexes, triggers, columns, views.
void Layout::replace_rows(Layout& other) {
  reload();
  other.reload();
  add_columns_of(other);  // somebody may have dropped one since
  if (other.pipeline_column_) add_pipeline_column();
  if (other.more_column_) add_more_column();
  reload();  // the key may be among them
  std::string here;
  std::string there;
  const auto copied = [&](const std::string& to, const std::string& from) {
    here += quoted(to) + ", ";
    there += quoted(from) + ", ";
  };
  for (const Column& column : other.columns_) copied(columns_[index_of(column.pointer)].name, column.name);
  for (const auto& [name, has] :
       {std::pair{pipeline_name, other.pipeline_column_}, std::pair{more_name, other.more_column_}}) {
    if (has) copied(std::string(name), std::string(name));
  }
  const std::string last = quoted(extracted_at);
  database_.run("DELETE FROM " + quoted(table_));
  drop_index();  // made of the whole table it costs a fraction (1,000,000 rows in no order: 5.9 s with it, 3.4 without)
  database_.run("INSERT INTO " + quoted(table_) + " (" + here + last + ") SELECT " + there + last + " FROM " +
                quoted(other.table_) + " ORDER BY _rowid_");
  create_index();
  database_.run("DROP TABLE " + quoted(other.table_));
}

void Layout::create(const std::vector<Property>& properties, const std::vector<std::string>& keys) {
  NameSet taken = objects(database_);
  const std::string wanted = stream_.name_space.empty() ? stream_.name : stream_.name_space + "_" + stream_.name;
  table_ = taken.take(wanted);
  if (table_ != wanted) {
    context_.warn("the table of stream " + stream_.shown() + " is called " + quoted(table_) + " in " +
                  database_.path() + ": the name itself is taken or can't be used");
  }
  names_ = {};
  names_.add(extracted_at);
  std::string sql = "CREATE TABLE " + quoted(table_) + " (";
  std::vector<std::string> done;
  const auto column = [&](const std::string& pointer, std::string_view name, bool text) {
    if (std::ranges::find(done, pointer) != done.end()) return;
    done.push_back(pointer);
    sql += declared(take_column(name, pointer), text) + ", ";
  };
  const std::size_t room = most_columns - std::min(most_columns, keys.size());
  for (std::size_t i = 0; i < properties.size() && i < room; ++i) {
    column(pointer_to(properties[i].name), properties[i].name, properties[i].text);
  }
  for (const std::string& pointer : keys) column(pointer, wanted_name(pointer), false);
  sql += quoted(extracted_at) + " TEXT) STRICT";
  database_.run(sql);
  ledger_.add_table(table_, stream_);
}

// Notes the name in the ledger, too.
std::string Layout::take_column(std::string_view wanted, const std::string& pointer) {
  std::string name = names_.take(wanted);
  if (name != wanted && !beside_ && warned_.insert(name).second) {
    context_.warn("stream " + stream_.shown() + ": " + quoted(wanted) + " is kept in the column " + quoted(name) +
                  ", for the name itself is taken (case does not count) or can't be used");
  }
  ledger_.add_column(table_, {name, pointer});
  return name;
}

void Layout::add_column(const std::string& pointer, std::string_view wanted, bool text) {
  const std::string name = take_column(wanted, pointer);
  database_.run("ALTER TABLE " + quoted(table_) + " ADD COLUMN " + declared(name, text));
  Column column{name, pointer, steps_of(pointer), text, true};
  if (const auto known = booleans_.find(pointer); known != booleans_.end()) column.boolean = known->second;
  columns_.push_back(std::move(column));
}

std::string Layout::unused(const std::string& name) {
  const NameSet taken = objects(database_);
  std::string result = name;
  for (int suffix = 2; taken.has(result); ++suffix) result = name + "_" + std::to_string(suffix);
  return result;
}

std::int64_t Layout::last_row() const { return database_.number("SELECT max(_rowid_) FROM " + quoted(table_)); }

bool Layout::full() const noexcept { return columns_.size() >= most_columns; }

void Layout::add_member(std::string_view member) { add_column(pointer_to(member), member, false); }

void Layout::add_own(const std::string& name, bool& there) {
  if (there) return;
  database_.run("ALTER TABLE " + quoted(table_) + " ADD COLUMN " + declared(name, true));
  names_.add(name);
  there = true;
}

void Layout::add_pipeline_column() { add_own(std::string(pipeline_name), pipeline_column_); }
void Layout::add_more_column() { add_own(std::string(more_name), more_column_); }

std::size_t Layout::index_of(std::string_view pointer) const {
  std::size_t index = 0;
  while (index < columns_.size() && columns_[index].pointer != pointer) ++index;
  return index;
}

void Layout::reload() {
  names_ = {};
  std::map<std::string, bool, std::less<>> in_file;  // TEXT or not
  Statement info(database_, "SELECT name, type FROM pragma_table_xinfo(?)");
  info.text(1, table_);
  while (info.row()) {
    names_.add(info.text_at(0));
    in_file.emplace(info.text_at(0), info.text_at(1) != "ANY");
  }
  pipeline_column_ = in_file.contains(pipeline_name);
  more_column_ = in_file.contains(more_name);
  columns_.clear();
  key_.clear();
  if (in_file.empty()) return;
  for (const Ledger::Column& known : ledger_.columns_of(table_)) {
    const auto found = in_file.find(known.name);
    if (found == in_file.end()) {  // somebody dropped it; it comes back when a record has it
      ledger_.forget_column(table_, known.name);
      continue;
    }
    Column column{known.name, known.pointer, steps_of(known.pointer), found->second, true};
    if (const auto boolean = booleans_.find(column.pointer); boolean != booleans_.end()) {
      column.boolean = boolean->second;
    }
    columns_.push_back(std::move(column));
  }
  for (const std::string& pointer : key_pointers_) {
    const std::size_t index = index_of(pointer);
    if (index < columns_.size()) key_.push_back(index);
  }
}

std::string Layout::key_list() const {
  std::string list;
  for (const std::size_t index : key_) list += (list.empty() ? "" : ", ") + quoted(columns_[index].name);
  return list;
}

std::vector<std::string> Layout::own_indexes() const {
  Statement find(database_, "SELECT name FROM pragma_index_list(?) WHERE name LIKE '\\_integ\\_key\\_%' ESCAPE '\\'");
  find.text(1, table_);
  std::vector<std::string> names;
  while (find.row()) names.emplace_back(find.text_at(0));
  return names;
}

// A unique index rather than a PRIMARY KEY: it can change with the stream's key, and it lets rows without a
// key in, which are kept rather than dropped.
void Layout::settle_index() {
  const std::string list = key_list();
  for (const std::string& index : own_indexes()) {
    std::string there;
    Statement columns(database_, "SELECT name FROM pragma_index_info(?) ORDER BY seqno");
    columns.text(1, index);
    while (columns.row()) there += (there.empty() ? "" : ", ") + quoted(columns.text_at(0));
    if (there == list) return;
  }
  drop_index();
  if (list.empty()) return;
  drop_doubles(list);
  create_index();
}

void Layout::drop_index() {
  for (const std::string& index : own_indexes()) database_.run("DROP INDEX " + quoted(index));
}

void Layout::create_index() {
  if (key_.empty()) return;
  database_.run("CREATE UNIQUE INDEX " + quoted(unused(std::string(index_prefix) + table_)) + " ON " + quoted(table_) +
                " (" + key_list() + ")");
}

// A table that had no key, or another one: of several rows with one key the last one counts, as if they had
// come through the upsert.
void Layout::drop_doubles(const std::string& list) {
  std::string whole;
  for (const std::size_t index : key_) whole += quoted(columns_[index].name) + " IS NOT NULL AND ";
  database_.run("DELETE FROM " + quoted(table_) + " WHERE " + whole + "_rowid_ NOT IN (SELECT max(_rowid_) FROM " +
                quoted(table_) + " GROUP BY " + list + ")");
  if (const auto dropped = database_.changes(); dropped > 0) {
    context_.warn("stream " + stream_.shown() + ": the table had several rows a key; the newest of each was kept, " +
                  std::to_string(dropped) + " older ones are gone (mode: append keeps them all)");
  }
}

}  // namespace integ_sqlite
