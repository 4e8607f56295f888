// That the played APIs refuse what the real ones refuse: a connector's test proves nothing without it.
#include "fixture_api/klaviyo.hpp"
#include "fixture_api/shopify.hpp"
#include "fixture_api/sitoo.hpp"
#include "fixture_api/storm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using fixture_api::Headers;
using fixture_api::Klaviyo;
using fixture_api::Request;
using fixture_api::Response;
using fixture_api::Shopify;
using fixture_api::Sitoo;
using fixture_api::Storm;
using testing::HasSubstr;
using testing::Not;

template <class Api>
Response get(Api& api, const std::string& target, const Headers& headers) {
  Request request;
  fixture_api::set_target(request, target);
  request.headers = headers;
  return api.answer(request).value_or(Response{.status = 0});
}

const Headers kShopify{{"X-Shopify-Access-Token", std::string(Shopify::access_token)}};
const Headers kKlaviyo{{"Authorization", "Klaviyo-API-Key " + std::string(Klaviyo::api_key)},
                       {"revision", "2026-04-15"}};

TEST(Shops, WithoutTheRightLoginIsARefusal) {
  Shopify shopify;
  Klaviyo klaviyo;
  Sitoo sitoo;
  Storm storm;
  EXPECT_EQ(get(shopify, "/admin/api/2026-07/orders.json", {{"X-Shopify-Access-Token", "x"}}).status, 401);
  EXPECT_EQ(get(klaviyo, "/api/profiles", {{"Authorization", "Klaviyo-API-Key x"}, {"revision", "x"}}).status, 401);
  EXPECT_EQ(get(klaviyo, "/api/v2/group/l1/members/all?api_key=x", {}).status, 403);
  EXPECT_EQ(get(sitoo, "/v2/accounts/1500/sites.json", {}).status, 401);
  EXPECT_EQ(get(storm, "/Query/2.0/Orders/Orders", {{"Authorization", "Basic x"}}).status, 401);
}

TEST(Shops, OfAnotherApiIsNoAnswer) {
  Shopify shopify;
  EXPECT_EQ(get(shopify, "/pokemon", kShopify).status, 0);
}

TEST(Shops, ShopifysPagesStandAloneAndAreForgotten) {
  Shopify shop;
  const std::string list = "/admin/api/2026-07/orders.json";
  EXPECT_THAT(get(shop, list, kShopify).body, Not(HasSubstr("#3"))) << "a closed order, without status=any";
  EXPECT_THAT(get(shop, list + "?status=any&limit=3", kShopify).body, HasSubstr("#3"));
  EXPECT_EQ(get(shop, list + "?page_info=page2&limit=3", kShopify).status, 200);
  EXPECT_EQ(get(shop, list + "?page_info=page2&updated_at_min=x", kShopify).status, 400);
  shop.forget_pages();
  EXPECT_EQ(get(shop, list + "?page_info=page2", kShopify).status, 400);
  EXPECT_EQ(get(shop, "/admin/api/2026-07/inventory_levels.json", kShopify).status, 422);
}

TEST(Shops, ShopifysBucketOverflows) {
  Shopify shop;
  int refused = 0;
  for (int i = 0; i < 200 && refused == 0; ++i) {
    const Response answer = get(shop, "/admin/api/2026-07/locations.json", kShopify);
    if (answer.status != 429) continue;
    ++refused;
    EXPECT_EQ(fixture_api::find_header(answer.headers, "Retry-After"), "2.0");
    EXPECT_EQ(fixture_api::find_header(answer.headers, "X-Shopify-Shop-Api-Call-Limit"), "40/40");
  }
  EXPECT_EQ(refused, 1);
}

TEST(Shops, KlaviyoRefusesWhatItDoesNotKnow) {
  const Klaviyo klaviyo;
  EXPECT_EQ(get(klaviyo, "/api/profiles?page[size]=101", kKlaviyo).status, 400);
  EXPECT_EQ(get(klaviyo, "/api/lists?page[size]=11", kKlaviyo).status, 400);
  EXPECT_EQ(get(klaviyo, "/api/profiles?filter=greater-or-equal(updated,2026-01-01T00:00:00Z)", kKlaviyo).status, 400);
  EXPECT_EQ(get(klaviyo, "/api/profiles", {kKlaviyo.front()}).status, 400) << "no revision";
  EXPECT_THAT(get(klaviyo, "/api/profiles?filter=greater-than(updated,2026-01-10T12:00:00Z)", kKlaviyo).body,
              HasSubstr(R"("data":[])"));
}

TEST(Shops, StormGivesObjectsOnlyWhereTheyAreExpanded) {
  const Storm storm;
  const Headers login{{"Authorization", "Basic MjE6Zml4dHVyZS1TdG9ybS0xYTJiM2M="}};
  EXPECT_THAT(get(storm, "/Query/2.0/Orders/Orders", login).body, Not(HasSubstr("Items")));
  EXPECT_THAT(get(storm, "/Query/2.0/Orders/Orders?$expand=Items($select=Id)&$select=Id", login).body,
              testing::AllOf(HasSubstr("Items"), Not(HasSubstr("OrderNo"))));
  EXPECT_EQ(get(storm, "/Query/2.0/Orders/Orders?$filter=Updated gt 2026", login).status, 400);
}

}  // namespace
