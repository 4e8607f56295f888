#include "sqlite_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>

namespace properties {
namespace {

using integration::Database;
using integration::Row;

// A cell: SQLite's type and the text of the value.
struct Cell {
  std::string type;
  std::string text;
  bool operator==(const Cell&) const = default;
};
// By the member's name.
using Cells = std::map<std::string, Cell>;

std::string in_sql(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out + quote;
}

// A number's decimal text without what does not change it: digits and the power of ten behind them.
std::string canonical(const std::string& token) {
  std::string digits;
  long long power = 0;
  std::size_t at = token.starts_with('-') ? 1 : 0;
  bool behind = false;
  for (; at < token.size() && token[at] != 'e' && token[at] != 'E'; ++at) {
    if (token[at] == '.') {
      behind = true;
    } else {
      digits += token[at];
      power -= behind ? 1 : 0;
    }
  }
  if (at < token.size()) power += std::stoll(token.substr(at + 1 + (token[at + 1] == '+' ? 1 : 0)));
  while (digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    ++power;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "0";
  return (token.starts_with('-') ? "-" : "") + digits + "e" + std::to_string(power);
}

// An integer where it is one of 64 bits, a double where a reader gets the same number and spelling back, else its text.
Cell number_cell(const std::string& token) {
  if (token.find_first_of(".eE") == std::string::npos) {
    long long integer = 0;
    const auto end = std::from_chars(token.data(), token.data() + token.size(), integer);
    const bool fits = end.ec == std::errc() && token != "-0";
    return {fits ? "integer" : "text", token};
  }
  return {"number", token};
}

// What a value is in its column. `any`: the column takes numbers.
Cell cell_of(const Json& json, bool any, bool boolean) {
  switch (json.kind) {
    case Json::Kind::null:
      return {"null", ""};
    case Json::Kind::string:
      return {"text", decoded(json.token)};
    case Json::Kind::boolean:
      if (any && boolean) return {"integer", json.token == "true" ? "1" : "0"};
      return {"text", json.token};
    case Json::Kind::number:
      return any ? number_cell(json.token) : Cell{"text", json.token};
    default:
      return {"nested", compact(json)};
  }
}

bool is_nested(const std::string& text, const std::string& wanted) {
  try {
    return compact(parsed(text)) == wanted;
  } catch (const std::runtime_error&) {
    return false;
  }
}

bool same(const Cell& wanted, const Cell& found) {
  if (wanted.type == "nested") return found.type == "text" && is_nested(found.text, wanted.text);
  if (wanted.type != "number") return wanted == found;
  if (found.type == "text") return found.text == wanted.text;
  return found.type == "real" && canonical(found.text) == canonical(wanted.text);
}

// The last of that name; null where there is none.
Json member(const Json& json, const std::string& name) {
  Json found;
  for (std::size_t i = 0; i < json.keys.size(); ++i) {
    if (decoded(json.keys[i]) == name) found = json.items[i];
  }
  return found;
}

Cells cells_of(const Json& record, const Stream& stream) {
  Cells cells;
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    const std::string name = decoded(record.keys[i]);
    bool any = true;
    bool boolean = true;
    for (const Property& property : stream.properties) {
      if (property.name != name) continue;
      any = property.has("integer") || property.has("number") || property.has("boolean");
      boolean = property.has("boolean");
    }
    cells[name] = cell_of(record.items[i], any, boolean);
    if (stream.nested && name == "in") cells["in/id"] = cell_of(member(record.items[i], "id"), true, true);
  }
  return cells;
}

// The rows that the records make, in the order in which they were first written.
std::vector<Cells> rows_of(const Stream& stream, const std::vector<Json>& records, bool appended) {
  std::vector<Cells> rows;
  std::map<std::string, std::size_t> by_key;
  for (const Json& record : records) {
    Cells cells = cells_of(record, stream);
    if (appended) cells.erase("in/id");  // a column of its own for the sake of the key alone
    const auto key = cells.find(stream.nested ? "in/id" : "id");
    if (appended || !stream.keyed || key == cells.end() || key->second.type == "null") {
      rows.push_back(std::move(cells));
      continue;
    }
    const auto [at, added] = by_key.emplace(key->second.type + " " + key->second.text, rows.size());
    if (added) {
      rows.push_back(std::move(cells));
    } else {
      rows[at->second] = std::move(cells);
    }
  }
  return rows;
}

std::string shown(const Cells& cells) {
  std::string out;
  for (const auto& [name, cell] : cells) out += name + "=" + cell.type + " " + cell.text.substr(0, 80) + "; ";
  return out;
}

std::optional<std::string> difference(const Cells& wanted, const Cells& found) {
  for (const auto& [name, cell] : wanted) {
    const auto there = found.find(name);
    if (there == found.end() ? cell.type != "null" : !same(cell, there->second)) {
      return name + ": wanted " + cell.type + " " + cell.text.substr(0, 200) + ", found " +
             (there == found.end() ? "no column" : there->second.type + " " + there->second.text.substr(0, 200));
    }
  }
  for (const auto& [name, cell] : found) {
    if (!wanted.contains(name) && cell.type != "null") return name + ": found " + cell.type + " " + cell.text;
  }
  return std::nullopt;
}

// In how many columns the number's own spelling was kept: of two rows that may be the wanted one, the one that has it
// is.
std::ptrdiff_t spelled(const Cells& wanted, const Cells& found) {
  return std::ranges::count_if(wanted, [&](const auto& each) {
    const auto there = found.find(each.first);
    return each.second.type == "number" && there != found.end() && there->second.type == "text";
  });
}

// Puts the row that is the wanted one where it is looked for, if it is behind that.
void find_row(const Cells& wanted, std::vector<Cells>& found, std::size_t at) {
  std::optional<std::size_t> best;
  for (std::size_t k = at; k < found.size(); ++k) {
    if (difference(wanted, found[k])) continue;
    if (!best || spelled(wanted, found[k]) > spelled(wanted, found[*best])) best = k;
  }
  if (best) std::swap(found[at], found[*best]);
}

}  // namespace

std::string difference(const Database& database, const Stream& stream, const std::vector<Json>& records,
                       bool appended) {
  const std::string table =
      database.value("select name from _integ_tables where stream = " + in_sql(stream.name, '\'') +
                     " and namespace = " + in_sql(stream.name_space, '\''));
  if (table.empty()) return records.empty() ? "" : "no table";
  std::vector<std::string> names;
  std::string columns;
  for (const Row& row :
       database.rows("select name, pointer from _integ_columns where \"table\" = " + in_sql(table, '\''))) {
    std::string name = row[1]->substr(1);
    for (const auto& [escape, c] : {std::pair{"~1", "/"}, std::pair{"~0", "~"}}) {
      for (std::size_t at = name.find(escape); at != std::string::npos; at = name.find(escape, at + 1)) {
        name.replace(at, 2, c);
      }
    }
    names.push_back(std::move(name));
    columns += (columns.empty() ? "" : ", ") + ("typeof(" + in_sql(*row[0], '"')) + "), " + in_sql(*row[0], '"');
  }
  const std::vector<Cells> wanted = rows_of(stream, records, appended);
  if (columns.empty()) return wanted.empty() ? "" : "no columns";
  std::vector<Cells> found;
  for (const Row& row : database.rows("select " + columns + " from " + in_sql(table, '"') + " order by _rowid_")) {
    Cells cells;
    for (std::size_t i = 0; i < names.size(); ++i) cells[names[i]] = {*row[2 * i], row[2 * i + 1].value_or("")};
    found.push_back(std::move(cells));
  }
  if (wanted.size() != found.size()) {
    return std::to_string(found.size()) + " rows instead of " + std::to_string(wanted.size());
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    // A key stays where it was, rows without one come anew with each run from nothing, parts come as they come: the
    // order says little then.
    const bool any_order = stream.parts > 0 || (stream.keyed && !appended);
    if (any_order) find_row(wanted[i], found, i);
    if (const auto fault = difference(wanted[i], found[i])) {
      return "row " + std::to_string(i) + ", " + *fault + "; all: " + shown(found[i]);
    }
  }
  return "";
}

}  // namespace properties
