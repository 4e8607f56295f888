#include "fixture_api/records.hpp"

#include <algorithm>
#include <charconv>

namespace fixture_api {

std::string json_text(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string text_of(const Record& record, std::string_view member) {
  for (const auto& [name, json] : record) {
    if (name != member || json == "null") continue;
    return json.starts_with('"') ? json.substr(1, json.size() - 2) : json;
  }
  return {};
}

std::string json_of(const Record& record, std::string_view names) {
  const std::vector<std::string> only = split(names, ',');
  std::string out;
  for (const auto& [name, json] : record) {
    if (!only.empty() && std::ranges::find(only, name) == only.end()) continue;
    out += (out.empty() ? "\"" : ",\"") + name + "\":" + json;
  }
  return '{' + out + '}';
}

std::vector<std::string> split(std::string_view list, char separator) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(separator), list.size());
    parts.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

std::size_t number_of(std::string_view text, std::size_t otherwise) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

std::string base_of(const Request& request) { return "http://" + std::string(request.header("Host")); }

void Records::put(const std::string& list, Record record) {
  const std::lock_guard lock(mutex_);
  for (Record& old : lists_[list]) {
    if (old.front().second == record.front().second) {
      old = std::move(record);
      return;
    }
  }
  lists_[list].push_back(std::move(record));
}

std::vector<Record> Records::all(const std::string& list) const {
  const std::lock_guard lock(mutex_);
  const auto found = lists_.find(list);
  return found == lists_.end() ? std::vector<Record>() : found->second;
}

std::vector<std::string> Records::texts(const std::string& list, std::string_view member) const {
  std::vector<std::string> out;
  for (const Record& record : all(list)) out.push_back(text_of(record, member));
  return out;
}

Slice slice(const std::vector<Record>& records, std::size_t begin, std::size_t limit, std::string_view names) {
  Slice out;
  begin = std::min(begin, records.size());
  out.end = begin + std::min({limit, Records::page_cap, records.size() - begin});
  for (std::size_t i = begin; i < out.end; ++i) out.objects += (i > begin ? "," : "") + json_of(records[i], names);
  return out;
}

}  // namespace fixture_api
