#include "fixture_api/storm.hpp"

#include <algorithm>
#include <cstdio>
#include <regex>
#include <vector>

namespace fixture_api {
namespace {

bool is_object(const std::string& json) { return json.starts_with('{') || json.starts_with("[{"); }

// Names of $expand, less their options in brackets.
std::vector<std::string> expanded(std::string_view expand) {
  std::string flat;
  int depth = 0;
  for (const char c : expand) {
    if (c == '(') ++depth;
    if (depth == 0) flat += c;
    if (c == ')') --depth;
  }
  return split(flat, ',');
}

// What $select and $expand leave of it.
Record cut(const Record& record, std::string_view select, std::string_view expand) {
  const std::vector<std::string> scalars = split(select, ',');
  const std::vector<std::string> objects = expanded(expand);
  Record out;
  for (const auto& member : record) {
    const std::vector<std::string>& names = is_object(member.second) ? objects : scalars;
    const bool all = names.empty() && !is_object(member.second);
    if (all || std::ranges::find(names, member.first) != names.end()) out.push_back(member);
  }
  return out;
}

}  // namespace

Record Storm::order(const std::string& id, const std::string& created, const std::string& updated) {
  return {{"Id", json_text(id)},
          {"OrderNo", json_text("N" + id)},
          {"Created", json_text(created)},
          {"Updated", updated.empty() ? "null" : json_text(updated)},
          {"Items", R"([{"Id":")" + id + R"(-1","PartNo":"A","QtyOrdered":2}])"}};
}

Storm::Storm() {
  for (int i = 1; i <= 10; ++i) {
    char time[32];
    std::snprintf(time, sizeof time, "2026-01-%02dT12:00:00Z", i);
    const std::string n = std::to_string(i);
    records_.put("Orders/Orders", order(n, time, i % 2 == 0 ? time : ""));
    records_.put("Customers/Customers", {{"Id", n},
                                         {"EmailAddress", json_text("c" + n + "@example.com")},
                                         {"IsActive", "true"},
                                         {"Created", json_text(time)},
                                         {"Updated", "null"}});
    records_.put("Products/ProductSkus", {{"PartNo", json_text("A" + n)},
                                          {"StatusId", "1"},
                                          {"Created", json_text(time)},
                                          {"Updated", "null"},
                                          {"Product", R"({"Id":)" + n + R"(,"ManufacturerPartNo":"M"})"}});
  }
}

std::optional<Response> Storm::answer(const Request& request) const {
  const std::string_view base = "/Query/2.0/";
  if (!request.path.starts_with(base)) return std::nullopt;
  // 21:fixture-Storm-1a2b3c
  if (request.header("Authorization") != "Basic MjE6Zml4dHVyZS1TdG9ybS0xYTJiM2M=") {
    return json_error(401, "Authorization has been denied for this request.");
  }
  std::vector<Record> found = records_.all(request.path.substr(base.size()));
  if (found.empty()) return json_error(404, "No HTTP resource was found.");
  if (const std::string filter(request.parameter("$filter")); !filter.empty()) {
    static const std::regex known(R"(Updated ge (\S+) or \(Updated eq null and Created ge (\S+)\))");
    std::smatch since;
    if (!std::regex_match(filter, since, known)) return json_error(400, "The query specified in the URI is not valid.");
    std::erase_if(found, [&](const Record& record) {
      const std::string updated = text_of(record, "Updated");
      return updated.empty() ? text_of(record, "Created") < since.str(2) : updated < since.str(1);
    });
  }
  for (Record& record : found) record = cut(record, request.parameter("$select"), request.parameter("$expand"));
  const Slice part = slice(found, number_of(request.parameter("$skiptoken"), 0), 1000);
  Response response;
  response.body = R"({"@odata.context":"x","value":[)" + part.objects + "]";
  if (part.end < found.size()) {
    std::string target = request.target;
    for (const char* token : {"?$skiptoken=", "&$skiptoken="}) target = target.substr(0, target.find(token));
    response.body += ",\"@odata.nextLink\":" +
                     json_text(base_of(request) + target + (target.find('?') == std::string::npos ? '?' : '&') +
                               "$skiptoken=" + std::to_string(part.end));
  }
  response.body += '}';
  return response;
}

}  // namespace fixture_api
