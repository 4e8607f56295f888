#include "names.hpp"

#include <algorithm>

namespace integ_sqlite {
namespace {

// ASCII alone: so does SQLite.
std::string folded(std::string_view name) {
  std::string result(name);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

}  // namespace

std::string quoted(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"') result += '"';
    result += c;
  }
  return result += '"';
}

std::string usable(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c == '\0') {
      result += "\u2400";  // the picture of a NUL
    } else {
      result += c;
    }
  }
  const std::string lower = folded(result);
  if (lower.empty() || lower == "_rowid_" || lower.starts_with("sqlite_") || lower.starts_with("_integ_")) {
    result.insert(0, "_");
  }
  return result;
}

bool NameSet::has(std::string_view name) const { return folded_.contains(folded(name)); }

void NameSet::add(std::string_view name) { folded_.insert(folded(name)); }

std::string NameSet::take(std::string_view wanted) {
  const std::string base = usable(wanted);
  std::string name = base;
  for (int suffix = 2; has(name); ++suffix) name = base + "_" + std::to_string(suffix);
  add(name);
  return name;
}

}  // namespace integ_sqlite
