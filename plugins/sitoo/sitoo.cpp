// Orders and users of a Sitoo account, each site of it a slice. Orders have rising ids that the API can be asked
// from, so a run reads those that are new; users have nothing of the kind and are read as a whole.
#include <integ/sdk.hpp>

#include <set>

namespace {

struct Config {
  std::string url = "https://api.mysitoo.com/v2";
  std::string account_id;
  std::vector<std::int64_t> site_ids;
  std::string api_id;
  integ::Secret password;
  int page_size = 100;
};
INTEG_FIELDS(Config, url, account_id, site_ids, api_id, password, page_size)

void integ_describe(integ::About<Config>& about) {
  about.title("Sitoo").field(&Config::url).title("URL").description("The base of the API.").base_url();
  about.field(&Config::account_id).title("Account").pattern("^[0-9]+$", "a number");
  about.field(&Config::site_ids).title("Sites").description("Their eshopids; without any, all sites of the account.");
  about.field(&Config::api_id).title("API id").description("Settings, API: 1500-123 say.");
  about.field(&Config::password).title("Password");
  about.field(&Config::page_size).title("Records a page").minimum(1).maximum(1000);
}

struct Order {
  std::int64_t orderid, eshopid, creditorderid, orderdate, orderstateid, paymentstateid, ordertypeid, warehouseid,
      datereserved;
  std::string externalid, email, namefirst, namelast, personalid, company, phone, invoice_address, invoice_address2,
      invoice_zip, invoice_city, invoice_state, invoice_countryid, delivery_address, delivery_address2, delivery_zip,
      delivery_city, delivery_state, delivery_countryid, currencycode, comment, commentinternal, customerref,
      checkoutref, registerid, userid_staff, checkouttypename, deliverytypename, moneytotal_net, moneytotal_vat,
      moneycheckout_net, moneycheckout_vat, moneydelivery_net, moneydelivery_vat, moneyfinal_net, moneyfinal_vat,
      moneyfinal_salestax, moneytotal_gross_checkout, moneytotal_gross_delivery, moneytotal_gross_roundoff,
      moneytotal_gross_all;
  integ::JsonList orderitems, payments, reservedpayments, orderlogitems;
  integ::Json additionaldata;
};
INTEG_FIELDS(Order, orderid, eshopid, externalid, creditorderid, orderdate, orderstateid, paymentstateid, ordertypeid,
             warehouseid, datereserved, registerid, userid_staff, email, namefirst, namelast, personalid, company,
             phone, invoice_address, invoice_address2, invoice_zip, invoice_city, invoice_state, invoice_countryid,
             delivery_address, delivery_address2, delivery_zip, delivery_city, delivery_state, delivery_countryid,
             currencycode, comment, commentinternal, customerref, checkoutref, checkouttypename, deliverytypename,
             moneytotal_net, moneytotal_vat, moneycheckout_net, moneycheckout_vat, moneydelivery_net, moneydelivery_vat,
             moneyfinal_net, moneyfinal_vat, moneyfinal_salestax, moneytotal_gross_checkout, moneytotal_gross_delivery,
             moneytotal_gross_roundoff, moneytotal_gross_all, orderitems, payments, reservedpayments, orderlogitems,
             additionaldata)

struct User {
  std::string userid;
  std::int64_t eshopid;  // ours: the site that was asked
  std::string email, namefirst, namelast, personalid, externalid, company, companyid, department, address, address2,
      zip, city, state, countryid, phone, mobile, notes, customernumber;
  std::int64_t datecreated, datemodified, role;
};
INTEG_FIELDS(User, userid, eshopid, email, namefirst, namelast, personalid, externalid, company, companyid, department,
             address, address2, zip, city, state, countryid, phone, mobile, notes, customernumber, datecreated,
             datemodified, role)

struct Site {
  std::int64_t eshopid;
};
INTEG_FIELDS(Site, eshopid)

struct State {
  std::optional<std::int64_t> orderid;  // the highest that was read
  integ::Rest others;
};
INTEG_FIELDS(State, orderid, others)

integ::Request account(const integ::HttpContext& ctx, const std::string& path) {
  const auto config = ctx.config<Config>();
  return integ::Request(config.url).path("accounts/" + config.account_id + "/" + path + ".json");
}
integ::Request of_site(const integ::HttpContext& ctx) {
  return account(ctx, "sites/" + std::to_string(ctx.slice<Site>().eshopid) + "/" + ctx.stream_name())
      .query("num", ctx.config<Config>().page_size);
}
// `start` counts rows; the body says how many there are.
auto pager() { return integ::offset("start").total("/totalcount").prefetch(4); }

// The list of sites documents no parameters and should be whole; where it is not, it goes on like the others.
void name_sites(integ::HttpContext& ctx) {
  const std::vector<std::int64_t> named = ctx.config<Config>().site_ids;
  std::set<std::int64_t> sites(named.begin(), named.end());
  integ::Response page;
  for (std::size_t start = 0; named.empty();) {
    ctx.fetch(start == 0 ? account(ctx, "sites") : account(ctx, "sites").query("start", start), page);
    const auto found = page.as<std::vector<Site>>("/items");
    for (const Site& site : found) sites.insert(site.eshopid);
    start += found.size();
    if (found.empty() || static_cast<std::int64_t>(start) >= page.integer("/totalcount")) break;
  }
  for (const std::int64_t site : sites) ctx.add_slice(std::to_string(site), Site{site});
}

// Sitoo answers some fields of a record unless more are asked for by name. Oldest first, so each page leaves a state.
void read_orders(integ::HttpContext& ctx) {
  auto state = ctx.state<State>();
  auto request = of_site(ctx).query("sort", "orderid").query("fields", integ::declared(ctx));
  if (state.orderid) request.query("orderidfrom", *state.orderid + 1);
  integ::pages(ctx, request, pager(), "/items", integ::max("/orderid", state.orderid),
               integ::each_page([&] { ctx.emit_state(state); }));
  ctx.emit_state(state);
}

void read_users(integ::HttpContext& ctx) {
  // Sitoo's users have no eshopid; as a part of the key it is selected whenever anything is.
  std::string fields = integ::declared(ctx).value();
  constexpr std::string_view ours = ",eshopid";
  if (const auto at = fields.find(ours); at != std::string::npos) fields.erase(at, ours.size());
  integ::pages(ctx, of_site(ctx).query("fields", fields), pager(), "/items", integ::extra(ctx.slice<Site>()));
}

}  // namespace

INTEG_PLUGIN(
    integ::Source::with_config<Config>("sitoo", "1.0.0")
        .title("Sitoo")
        .documentation_url("https://developer.sitoo.com")
        .authorize(integ::auth::basic("/api_id", "/password"))
        .stream(integ::incremental<Order>("orders").primary_key("/orderid").iterate_by("/orderid").slices(name_sites),
                read_orders)
        .stream(integ::non_incremental<User>("users").primary_key("/eshopid", "/userid").slices(name_sites),
                read_users))
