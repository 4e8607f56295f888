// A Shopify shop's REST Admin API: customers, orders, products, locations, inventory_levels.
//   GET /admin/api/VERSION/LIST.json?limit&fields&updated_at_min&updated_at_max -> {"LIST":[...]}
// A Link header leads to the next page by a page_info, beside which no other filter may stand (400), and which is
// forgotten when the test says so (400). Orders that are closed come with status=any alone. The header
// X-Shopify-Shop-Api-Call-Limit tells of a bucket of 40 that leaks two requests a second; over it are 429.
#pragma once

#include "fixture_api/exchange.hpp"
#include "fixture_api/records.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace fixture_api {

// Any thread may call anything.
class Shopify {
 public:
  static constexpr std::string_view access_token = "shpat_fixture_5e6f7a";

  Shopify();

  // Nothing where the path is not one of Shopify's.
  std::optional<Response> answer(const Request& request);
  Records& records() { return records_; }
  // Of the next links that were given so far, none is good any more.
  void forget_pages();

 private:
  struct Page {
    std::string list;
    Request asked;  // the first page's
    std::size_t begin = 0;
  };

  std::optional<Response> throttled(Response& headers);
  Response list(const Request& request, const Page& page);
  bool matches(const Request& asked, const std::string& list, const Record& record) const;

  Records records_;
  std::mutex mutex_;
  std::map<std::string, Page, std::less<>> pages_;  // by page_info
  std::size_t given_ = 0;
  double used_ = 0;
  std::chrono::steady_clock::time_point leaked_ = std::chrono::steady_clock::now();
};

}  // namespace fixture_api
