// Sitoo's API for account 1500 with the sites 1 and 2.
//   GET /v2/accounts/1500/sites.json
//   GET /v2/accounts/1500/sites/SITE/orders.json?num&start&fields&orderidfrom -> {"totalcount","items":[...]}
//   GET /v2/accounts/1500/sites/SITE/users.json?num&start&fields
#pragma once

#include "fixture_api/exchange.hpp"
#include "fixture_api/records.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fixture_api {

// Any thread may call anything.
class Sitoo {
 public:
  static constexpr std::string_view api_id = "1500-100";
  static constexpr std::string_view password = "fixture-Sitoo-4c3b2a";

  Sitoo();

  // Nothing where the path is not one of Sitoo's.
  std::optional<Response> answer(const Request& request) const;
  // Lists: sites, and those of a site as "1/orders", "2/users".
  Records& records() { return records_; }
  static Record order(int site, int id);

 private:
  Records records_;
};

}  // namespace fixture_api
