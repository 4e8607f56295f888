// Orders, customers and items of Storm (Norce Commerce) by its query API, which is OData 4: the objects of a record
// are expanded, a run reads what was created or updated since the last one began; one that was cut goes on at its page.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url = "https://query.storm.io/Query/2.0";
  std::string user;
  integ::Secret password;
};
INTEG_FIELDS(Config, url, user, password)

void integ_describe(integ::About<Config>& about) {
  about.title("Storm").field(&Config::url).title("URL").description("The base of the query API.").base_url();
  about.field(&Config::user).title("User").description("The id of the application.");
  about.field(&Config::password).title("Password");
}

struct OrderItem {
  std::string Id, PartNo, ProductName;
  std::int64_t LineNumber, ParentLineNumber, StatusId, WarehouseId, CurrencyId;
  double QtyOrdered, VatRate, CostUnit, PriceSale, DiscountAmount, LineAmount;
};
INTEG_FIELDS(OrderItem, Id, PartNo, ProductName, LineNumber, ParentLineNumber, StatusId, WarehouseId, CurrencyId,
             QtyOrdered, VatRate, CostUnit, PriceSale, DiscountAmount, LineAmount)

struct Order {
  std::string Id, OrderNo, BuyerCompanyCode, BuyerCustomerCode, PayerCompanyCode, PayerCustomerCode, GroupCode;
  std::int64_t ClientId, ApplicationId, QuotationId, StatusId, BuyerCompanyId, BuyerCustomerId, PayerCompanyId,
      PayerCustomerId, SalesRepContactId;
  integ::DateTime OrderDate, Created, Updated;
  std::vector<OrderItem> Items;
};
INTEG_FIELDS(Order, Id, OrderNo, OrderDate, ClientId, ApplicationId, QuotationId, StatusId, GroupCode, BuyerCompanyCode,
             BuyerCompanyId, BuyerCustomerCode, BuyerCustomerId, PayerCompanyCode, PayerCompanyId, PayerCustomerCode,
             PayerCustomerId, SalesRepContactId, Created, Updated, Items)

struct Customer {
  std::int64_t Id, ClientId;
  std::string Key, Code, EmailAddress, FirstName, LastName;
  bool IsActive;
  integ::DateTime Created, Updated;
};
INTEG_FIELDS(Customer, Id, ClientId, Key, Code, EmailAddress, FirstName, LastName, IsActive, Created, Updated)

struct ItemProduct {
  std::int64_t Id, ClientId, ManufacturerId;
  std::string ManufacturerPartNo, DefaultName, Key;
  bool IsActive;
};
INTEG_FIELDS(ItemProduct, Id, ClientId, ManufacturerId, ManufacturerPartNo, DefaultName, Key, IsActive)

struct Item {
  std::string PartNo, IntegrationPartNo, ErpName, EanCode, CommodityCode;
  std::int64_t ClientId, ProductId, StatusId, TypeId;
  double GrossWeight, NetWeight;
  bool IsBuyable, IsPublished, IsBlocked;
  integ::DateTime Created, Updated;
  ItemProduct Product;
};
INTEG_FIELDS(Item, PartNo, ClientId, ProductId, StatusId, TypeId, IntegrationPartNo, ErpName, EanCode, CommodityCode,
             GrossWeight, NetWeight, IsBuyable, IsPublished, IsBlocked, Created, Updated, Product)

// Where a list is. A record that was never updated has no Updated.
auto reads(std::string path) {
  return [path = std::move(path)](integ::HttpContext& ctx) {
    integ::Windowed window(ctx, std::chrono::minutes(1));
    auto request = integ::Request(ctx.config<Config>().url).path(path).header("Accept", "application/json");
    integ::odata_fields(ctx, request);
    if (window.from()) {
      const std::string since = " ge " + window.from()->text();
      request.query("$filter", "Updated" + since + " or (Updated eq null and Created" + since + ")");
    }
    integ::pages(ctx, request, integ::next_link("/@odata.nextLink"), "/value", window.checkpoint().forgotten(400));
    window.finish();
  };
}

template <class T>
integ::Stream changing(const char* name, const char* key) {
  return integ::incremental<T>(name).primary_key(key).iterate_by("/Updated");
}

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("storm", "1.0.0")
                 .title("Storm")
                 .documentation_url("https://docs.norce.io/api-reference-storm/stormquery")
                 .authorize(integ::auth::basic("/user", "/password"))
                 .stream(changing<Order>("orders", "/Id"), reads("Orders/Orders"))
                 .stream(changing<Customer>("customers", "/Id"), reads("Customers/Customers"))
                 .stream(changing<Item>("items", "/PartNo"), reads("Products/ProductSkus")))
