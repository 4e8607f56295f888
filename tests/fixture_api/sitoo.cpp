#include "fixture_api/sitoo.hpp"

#include <algorithm>
#include <vector>

namespace fixture_api {

Record Sitoo::order(int site, int id) {
  return {{"orderid", std::to_string(id)},
          {"eshopid", std::to_string(site)},
          {"email", json_text("o" + std::to_string(id) + "@example.com")},
          {"orderdate", std::to_string(1767225600 + id)},
          {"moneytotal_gross_all", "\"100.00\""},
          {"currencycode", "\"SEK\""}};
}

Sitoo::Sitoo() {
  for (int site : {1, 2}) {
    const std::string of = std::to_string(site);
    records_.put("sites", {{"eshopid", of}, {"server", json_text("shop" + of + ".example.com")}});
    for (int i = 1; i <= 9; ++i) {
      const std::string n = std::to_string(i);
      records_.put(of + "/orders", order(site, 1000 + 2 * i + site));
      records_.put(of + "/users", {{"userid", json_text("{USER-" + n + "}")},
                                   {"email", json_text("u" + n + "@example.com")},
                                   {"mobile", json_text("070" + n)}});
    }
  }
}

std::optional<Response> Sitoo::answer(const Request& request) const {
  const std::string_view account = "/v2/accounts/1500/";
  if (!request.path.starts_with("/v2/accounts/")) return std::nullopt;
  // 1500-100:fixture-Sitoo-4c3b2a
  if (request.header("Authorization") != "Basic MTUwMC0xMDA6Zml4dHVyZS1TaXRvby00YzNiMmE=") {
    return json_error(401, "Authorization required");
  }
  std::string_view list = request.path;
  if (!list.starts_with(account) || !list.ends_with(".json")) return json_error(404, "not found");
  list.remove_prefix(account.size());
  list.remove_suffix(5);
  if (list.starts_with("sites/")) list.remove_prefix(6);
  std::vector<Record> found = records_.all(std::string(list));
  if (found.empty()) return json_error(404, "not found");
  const std::size_t from = number_of(request.parameter("orderidfrom"), 0);
  std::erase_if(found, [&](const Record& record) { return number_of(text_of(record, "orderid"), from) < from; });
  const bool orders = list.ends_with("/orders");
  if (orders && request.parameter("sort") != "orderid") std::ranges::reverse(found);  // the newest first by default
  std::string_view fields = request.parameter("fields");
  if (fields.empty() && orders) fields = "orderid,eshopid,email,orderdate,moneytotal_gross_all";
  if (fields.empty() && list.ends_with("/users")) fields = "userid,email";
  const Slice part =
      slice(found, number_of(request.parameter("start"), 0), number_of(request.parameter("num"), 10), fields);
  Response response;
  response.body = R"({"totalcount":)" + std::to_string(found.size()) + R"(,"items":[)" + part.objects + "]}";
  return response;
}

}  // namespace fixture_api
