#include "fixture_api/klaviyo.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace fixture_api {
namespace {

Response error(int status, const std::string& detail) {
  Response response;
  response.status = status;
  response.content_type = "application/vnd.api+json";
  response.body = R"({"errors":[{"id":"1","code":"refused","title":"Refused","detail":")" + detail + "\"}]}";
  return response;
}

// The time of a resource: within its attributes, which are a JSON text here.
std::string time_of(const Record& record, const std::string& field) {
  const std::string attributes = text_of(record, "attributes");
  const std::size_t at = attributes.find("\"" + field + "\":\"");
  return at == std::string::npos ? "" : attributes.substr(at + field.size() + 4, 20);
}

bool passes(const std::string& filter, const std::string& time) {
  for (const std::string& condition : split(filter, ')')) {
    const std::size_t open = condition.find('(');
    const std::size_t comma = condition.find(',', open);
    if (comma == std::string::npos) continue;
    const std::string operation =
        condition.substr(condition.starts_with(',') ? 1 : 0, open - condition.starts_with(','));
    const std::string limit = condition.substr(comma + 1);
    if (operation == "greater-than" && time <= limit) return false;
    if (operation == "greater-or-equal" && time < limit) return false;
    if (operation == "less-than" && time >= limit) return false;
  }
  return true;
}

}  // namespace

Record Klaviyo::resource(const std::string& type, const std::string& id, const std::string& field,
                         const std::string& time) {
  return {{"id", json_text(id)},
          {"type", json_text(type)},
          {"attributes", R"({"email":")" + id + R"(@example.com",")" + field + "\":\"" + time + "\"}"}};
}

Klaviyo::Klaviyo() {
  for (int i = 1; i <= 10; ++i) {
    char time[32];
    // Sorted by time they are not sorted by id, and two of them share a second.
    std::snprintf(time, sizeof time, "2026-01-%02dT12:00:00Z", i == 10 ? 1 : 11 - i);
    const std::string n = std::to_string(i);
    records_.put("profiles", resource("profile", "p" + n, "updated", time));
    records_.put("events", resource("event", "e" + n, "datetime", time));
    records_.put("lists", resource("list", "l" + n, "updated", time));
    records_.put("lists/l1/profiles", resource("profile", "p" + n, "joined_group_at", time));
    records_.put("l1", {{"id", json_text("m" + n)}, {"email", json_text("m" + n + "@example.com")}});
  }
}

std::optional<Response> Klaviyo::answer(const Request& request) const {
  const std::string_view path = request.path;
  const std::string_view group = "/api/v2/group/";
  if (path.starts_with(group) && path.ends_with("/members/all")) {
    return members(request, std::string(path.substr(group.size(), path.find('/', group.size()) - group.size())));
  }
  for (const char* name : {"profiles", "events", "lists", "lists/l1/profiles"}) {
    if (path == std::string("/api/") + name) return resources(request, name);
  }
  return std::nullopt;
}

Response Klaviyo::resources(const Request& request, const std::string& name) const {
  if (request.header("Authorization") != "Klaviyo-API-Key " + std::string(api_key)) {
    return error(401, "Missing or invalid authorization scheme. Please use Klaviyo-API-Key.");
  }
  if (request.header("revision").empty()) return error(400, "The revision header is missing.");
  const std::size_t most = name == "lists" ? 10 : (name.ends_with("profiles") ? 100 : 200);
  const std::size_t size = number_of(request.parameter("page[size]"), 20);
  if (size > most) return error(400, "Page size must be an integer between 1 and " + std::to_string(most) + ".");

  const std::string field = name == "events" ? "datetime" : "updated";
  std::vector<Record> found = records_.all(name);
  const std::string filter(request.parameter("filter"));
  if (name == "profiles" && filter.find("or-equal") != std::string::npos) return error(400, "Invalid filter.");
  std::erase_if(found, [&](const Record& record) { return !passes(filter, time_of(record, field)); });
  if (request.parameter("sort") == field) {
    std::ranges::stable_sort(found, {}, [&](const Record& record) { return time_of(record, field); });
  }
  const Slice part = slice(found, number_of(request.parameter("page[cursor]"), 0), size);
  std::string next = "null";
  if (part.end < found.size()) {
    std::string target = request.target;
    target = target.substr(0, target.find("&page%5Bcursor%5D="));
    next = json_text(base_of(request) + target + (target.find('?') == std::string::npos ? "?" : "") +
                     "&page%5Bcursor%5D=" + std::to_string(part.end));
  }
  Response response;
  response.content_type = "application/vnd.api+json";
  response.body = R"({"data":[)" + part.objects + R"(],"links":{"self":"x","next":)" + next + "}}";
  return response;
}

Response Klaviyo::members(const Request& request, const std::string& list) const {
  if (request.parameter("api_key") != api_key) return json_error(403, "The API key specified is invalid.");
  const std::vector<Record> found = records_.all(list);
  if (found.empty()) return json_error(404, "no such list");
  const Slice part = slice(found, number_of(request.parameter("marker"), 0), 1000);
  Response response;
  response.body = R"({"records":[)" + part.objects + "]";
  if (part.end < found.size()) response.body += ",\"marker\":" + std::to_string(part.end);
  response.body += '}';
  return response;
}

}  // namespace fixture_api
