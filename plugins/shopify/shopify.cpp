// Customers, orders, products and inventory of a Shopify shop, by the REST Admin API. What changes is read in windows
// of time whose end is fixed when a run begins; a run that was cut goes on in its window.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
  integ::Secret access_token;
  std::string api_version = "2026-07";
  std::optional<integ::DateTime> start_date;
};
INTEG_FIELDS(Config, url, access_token, api_version, start_date)

void integ_describe(integ::About<Config>& about) {
  about.title("Shopify").field(&Config::url).title("URL").base_url().examples("https://SHOP.myshopify.com");
  about.field(&Config::access_token).title("Access token").description("Of an app with read scopes: shpat_...");
  about.field(&Config::api_version)
      .title("API version")
      .pattern("^([0-9]{4}-(01|04|07|10)|unstable)$", "a quarter, 2026-07 say, or unstable");
  about.field(&Config::start_date).title("Start date").description("The first run reads what changed since then.");
}

struct Customer {
  std::int64_t id, orders_count, last_order_id;
  integ::DateTime created_at, updated_at;
  std::string email, first_name, last_name, phone, state, note, tags, currency, total_spent, last_order_name;
  bool verified_email, tax_exempt;
  integ::JsonList addresses, tax_exemptions;
  integ::JsonObject default_address, email_marketing_consent, sms_marketing_consent;
};
INTEG_FIELDS(Customer, id, email, first_name, last_name, phone, state, note, tags, currency, total_spent, orders_count,
             last_order_id, last_order_name, verified_email, tax_exempt, created_at, updated_at, addresses,
             default_address, email_marketing_consent, sms_marketing_consent, tax_exemptions)

struct Order {
  std::int64_t id, order_number, location_id, user_id, total_weight;
  integ::DateTime created_at, updated_at, processed_at, closed_at, cancelled_at;
  std::string name, email, phone, currency, presentment_currency, total_price, subtotal_price, total_tax,
      total_discounts, total_line_items_price, current_total_price, financial_status, fulfillment_status, cancel_reason,
      source_name, tags, note, landing_site, referring_site;
  bool test, confirmed, taxes_included, buyer_accepts_marketing;
  integ::JsonObject customer, billing_address, shipping_address;
  integ::JsonList line_items, shipping_lines, discount_codes, discount_applications, tax_lines, refunds, fulfillments,
      note_attributes, payment_gateway_names;
};
INTEG_FIELDS(Order, id, order_number, name, email, phone, created_at, updated_at, processed_at, closed_at, cancelled_at,
             currency, presentment_currency, total_price, subtotal_price, total_tax, total_discounts,
             total_line_items_price, current_total_price, total_weight, financial_status, fulfillment_status,
             cancel_reason, source_name, tags, note, landing_site, referring_site, location_id, user_id, test,
             confirmed, taxes_included, buyer_accepts_marketing, customer, billing_address, shipping_address,
             line_items, shipping_lines, discount_codes, discount_applications, tax_lines, refunds, fulfillments,
             note_attributes, payment_gateway_names)

struct Product {
  std::int64_t id;
  integ::DateTime created_at, updated_at, published_at;
  std::string title, handle, body_html, vendor, product_type, status, tags, template_suffix, published_scope;
  integ::JsonList variants, options, images;
  integ::JsonObject image;
};
INTEG_FIELDS(Product, id, title, handle, body_html, vendor, product_type, status, tags, template_suffix,
             published_scope, created_at, updated_at, published_at, variants, options, images, image)

struct Location {
  std::int64_t id;
  std::string name, address1, city, zip, province, country;
  integ::DateTime created_at, updated_at;
  bool active;
};
INTEG_FIELDS(Location, id, name, address1, city, zip, province, country, created_at, updated_at, active)

struct InventoryLevel {
  std::int64_t inventory_item_id = 0, location_id = 0, available = 0;
  integ::DateTime updated_at;
};
INTEG_FIELDS(InventoryLevel, inventory_item_id, location_id, available, updated_at)

struct Place {
  std::int64_t id;
};
INTEG_FIELDS(Place, id)

integ::Request list(const integ::HttpContext& ctx, const std::string& name) {
  const auto config = ctx.config<Config>();
  return integ::Request(config.url).path("admin/api/" + config.api_version + "/" + name + ".json");
}

// A minute back: a shop may show a change some time after its time. A page's token does not live long: Shopify answers
// 400 to one that it has forgotten.
constexpr std::chrono::minutes kLookBack(1);
constexpr int kForgotten = 400;

// The stream is called like its list, and that like the member of an answer.
void read_changes(integ::HttpContext& ctx) {
  const std::string name = ctx.stream_name();
  integ::Windowed window(ctx, kLookBack, ctx.config<Config>().start_date);
  auto request = list(ctx, name).query("limit", 250).query("updated_at_min", window.from());
  request.query("updated_at_max", window.to()).query("fields", integ::selected(ctx));
  if (name == "orders") request.query("status", "any");
  integ::pages(ctx, request, integ::link_header(), "/" + name, window.checkpoint().forgotten(kForgotten));
  window.finish();
}

void read_locations(integ::HttpContext& ctx) { ctx.emit_batch(list(ctx, "locations"), "/locations"); }

// There is no list of all inventory levels, only those of locations.
void name_locations(integ::HttpContext& ctx) {
  const auto page = ctx.fetch(list(ctx, "locations"));
  for (const auto& place : page.as<std::vector<Place>>("/locations")) ctx.add_slice(std::to_string(place.id), place);
}

void read_inventory(integ::HttpContext& ctx) {
  integ::Windowed window(ctx, kLookBack, ctx.config<Config>().start_date);
  auto request = list(ctx, "inventory_levels").query("location_ids", ctx.slice<Place>().id).query("limit", 250);
  integ::pages(ctx, request.query("updated_at_min", window.from()), integ::link_header(), "/inventory_levels",
               window.checkpoint().forgotten(kForgotten));
  window.finish();
}

template <class T>
integ::Stream changing(const char* name) {
  return integ::incremental<T>(name).primary_key("/id").iterate_by("/updated_at");
}

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("shopify", "1.0.0")
                 .title("Shopify")
                 .documentation_url("https://shopify.dev/docs/api/admin-rest")
                 .http(R"({"limit_header": "X-Shopify-Shop-Api-Call-Limit", "requests_per_second": 2, "burst": 40})")
                 .authorize(integ::auth::header("X-Shopify-Access-Token", "/access_token"))
                 .stream(changing<Customer>("customers"), read_changes)
                 .stream(changing<Order>("orders"), read_changes)
                 .stream(changing<Product>("products"), read_changes)
                 .stream(integ::non_incremental<Location>("locations").primary_key("/id"), read_locations)
                 .stream(integ::incremental<InventoryLevel>("inventory_levels")
                             .primary_key("/inventory_item_id", "/location_id")
                             .iterate_by("/updated_at")
                             .slices(name_locations),
                         read_inventory))
