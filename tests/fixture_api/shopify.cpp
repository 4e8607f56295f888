#include "fixture_api/shopify.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fixture_api {
namespace {

constexpr double bucket = 40;
constexpr double leak_a_second = 2;

std::string day(int number) {
  char text[32];
  std::snprintf(text, sizeof text, "\"2026-01-%02dT12:00:00Z\"", number);
  return text;
}

Response error(int status, std::string_view json) {
  Response response;
  response.status = status;
  response.body = R"({"errors":)" + std::string(json) + "}";
  return response;
}

}  // namespace

Shopify::Shopify() {
  for (int i = 1; i <= 10; ++i) {
    const std::string n = std::to_string(i);
    records_.put(
        "customers",
        {{"id", "10" + n}, {"email", json_text("c" + n + "@example.com")}, {"note", "null"}, {"updated_at", day(i)}});
    records_.put("orders", {{"id", "20" + n},
                            {"name", json_text("#" + n)},
                            {"total_price", "\"10.00\""},
                            {"closed_at", i % 3 == 0 ? day(i) : "null"},
                            {"line_items", R"([{"id":1,"quantity":2}])"},
                            {"updated_at", day(i)}});
    records_.put("products", {{"id", "30" + n}, {"title", json_text("Product " + n)}, {"updated_at", day(i)}});
    records_.put("inventory_levels", {{"inventory_item_id", "50" + n},
                                      {"location_id", i % 2 == 0 ? "401" : "402"},
                                      {"available", n},
                                      {"updated_at", day(i)}});
  }
  for (const char* id : {"401", "402"}) records_.put("locations", {{"id", id}, {"name", json_text("Store")}});
}

void Shopify::forget_pages() {
  const std::lock_guard lock(mutex_);
  pages_.clear();
}

std::optional<Response> Shopify::answer(const Request& request) {
  if (!request.path.starts_with("/admin/api/")) return std::nullopt;
  if (request.header("X-Shopify-Access-Token") != access_token) {
    return error(401, R"("[API] Invalid API key or access token")");
  }
  const std::lock_guard lock(mutex_);
  Response limit;
  if (auto refusal = throttled(limit)) return refusal;

  Page page;
  const std::string_view token = request.parameter("page_info");
  if (token.empty()) {
    const std::string name = request.path.substr(request.path.rfind('/') + 1);
    if (!name.ends_with(".json")) return error(404, R"("Not Found")");
    page = {name.substr(0, name.size() - 5), request};
  } else {
    const bool alone = std::ranges::all_of(request.query, [](const auto& pair) {
      return pair.first == "page_info" || pair.first == "limit" || pair.first == "fields";
    });
    const auto known = pages_.find(token);
    if (!alone || known == pages_.end()) return error(400, R"({"page_info":"Invalid value."})");
    page = known->second;
  }
  if (page.list == "inventory_levels" && page.asked.parameter("location_ids").empty()) {
    return error(422, R"({"location_ids":"either inventory_item_ids or location_ids is required"})");
  }
  Response response = list(request, page);
  response.headers.insert(response.headers.end(), limit.headers.begin(), limit.headers.end());
  return response;
}

std::optional<Response> Shopify::throttled(Response& headers) {
  const auto now = std::chrono::steady_clock::now();
  used_ = std::max(0.0, used_ - leak_a_second * std::chrono::duration<double>(now - leaked_).count());
  leaked_ = now;
  const bool full = used_ + 1 > bucket;
  if (!full) ++used_;
  headers.headers.emplace_back("X-Shopify-Shop-Api-Call-Limit",
                               std::to_string(static_cast<int>(std::ceil(used_))) + "/40");
  if (!full) return std::nullopt;
  Response refusal = error(429, R"("Exceeded 2 calls per second for api client.")");
  refusal.headers = headers.headers;
  refusal.headers.emplace_back("Retry-After", "2.0");
  return refusal;
}

bool Shopify::matches(const Request& asked, const std::string& list, const Record& record) const {
  const std::string updated = text_of(record, "updated_at");
  const std::string_view from = asked.parameter("updated_at_min");
  const std::string_view to = asked.parameter("updated_at_max");
  const bool any = list != "orders" || asked.parameter("status") == "any";
  const std::string_view location = asked.parameter("location_ids");
  return (from.empty() || updated >= from) && (to.empty() || updated <= to) &&
         (any || text_of(record, "closed_at").empty()) &&
         (location.empty() || text_of(record, "location_id") == location);
}

Response Shopify::list(const Request& request, const Page& page) {
  std::vector<Record> found = records_.all(page.list);
  if (found.empty()) return error(404, R"("Not Found")");
  std::erase_if(found, [&](const Record& record) { return !matches(page.asked, page.list, record); });
  const std::string fields(page.asked.parameter("fields"));
  const std::size_t limit = page.list == "locations" ? found.size() : number_of(request.parameter("limit"), 50);
  const Slice part = slice(found, page.begin, limit, fields);
  Response response;
  response.body = json_text(page.list) + ":[" + part.objects + "]";
  response.body = "{" + response.body + "}";
  if (part.end < found.size() && page.list != "locations") {
    const std::string token = "page" + std::to_string(++given_);
    pages_[token] = {page.list, page.asked, part.end};
    response.headers.emplace_back("Link", "<" + base_of(request) + request.path + "?limit=" + std::to_string(limit) +
                                              "&page_info=" + token + ">; rel=\"next\"");
  }
  return response;
}

}  // namespace fixture_api
