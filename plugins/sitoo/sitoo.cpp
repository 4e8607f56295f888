// Orders and users of a Sitoo account, each site of it a slice. Orders have rising ids that the API can be asked
// from, so a run reads those that are new; users have nothing of the kind and are read as a whole.
#include <integ/sdk.hpp>

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
  about.title("Sitoo").field(&Config::url).title("URL").description("The base of the API.").pattern("^https?://");
  about.field(&Config::account_id).title("Account").pattern("^[0-9]+$");
  about.field(&Config::site_ids).title("Sites").description("Their eshopids; without any, all sites of the account.");
  about.field(&Config::api_id).title("API id").description("Settings, API: 1500-123 say.");
  about.field(&Config::password).title("Password");
  about.field(&Config::page_size).title("Records a page").minimum(1).maximum(1000);
}

struct Order {
  std::int64_t orderid, eshopid, creditorderid, orderdate, orderstateid, paymentstateid, ordertypeid, warehouseid;
  std::string externalid, email, namefirst, namelast, company, phone, currencycode, comment, commentinternal,
      customerref, checkoutref, registerid, moneytotal_net, moneytotal_vat, moneyfinal_net, moneyfinal_vat,
      moneytotal_gross_all;
  integ::JsonList orderitems, payments, orderlogitems;
  integ::Json additionaldata;
};
INTEG_FIELDS(Order, orderid, eshopid, externalid, creditorderid, orderdate, orderstateid, paymentstateid, ordertypeid,
             warehouseid, registerid, email, namefirst, namelast, company, phone, currencycode, comment,
             commentinternal, customerref, checkoutref, moneytotal_net, moneytotal_vat, moneyfinal_net, moneyfinal_vat,
             moneytotal_gross_all, orderitems, payments, orderlogitems, additionaldata)

struct User {
  std::string userid;
  std::int64_t eshopid;  // ours: the site that was asked
  std::string email, namefirst, namelast, externalid, company, companyid, department, address, address2, zip, city,
      state, countryid, phone, mobile, notes, customernumber;
  std::int64_t datecreated, datemodified, role;
};
INTEG_FIELDS(User, userid, eshopid, email, namefirst, namelast, externalid, company, companyid, department, address,
             address2, zip, city, state, countryid, phone, mobile, notes, customernumber, datecreated, datemodified,
             role)

struct Site {
  std::int64_t eshopid;
};
INTEG_FIELDS(Site, eshopid)

struct State {
  std::optional<std::int64_t> orderid;  // the highest that was read
  integ::Rest others;
};
INTEG_FIELDS(State, orderid, others)

integ::Request list(const integ::HttpContext& ctx, const std::string& path) {
  const auto config = ctx.config<Config>();
  return integ::Request(config.url)
      .path("accounts/" + config.account_id + "/" + path + ".json")
      .query("num", config.page_size);
}
integ::Request of_site(const integ::HttpContext& ctx) {
  return list(ctx, "sites/" + std::to_string(ctx.slice<Site>().eshopid) + "/" + ctx.stream_name());
}
// `start` counts rows; the body says how many there are.
auto pager() { return integ::offset("start").total("/totalcount").prefetch(4); }

void name_sites(integ::HttpContext& ctx) {
  std::vector<std::int64_t> sites = ctx.config<Config>().site_ids;
  if (sites.empty()) {
    auto request = list(ctx, "sites");
    for (integ::Response page;;) {
      ctx.fetch(request.set_query("start", sites.size()), page);
      const auto found = page.as<std::vector<Site>>("/items");
      for (const Site& site : found) sites.push_back(site.eshopid);
      if (found.empty() || static_cast<std::int64_t>(sites.size()) >= page.integer("/totalcount")) break;
    }
  }
  for (const std::int64_t site : sites) ctx.add_slice(std::to_string(site), Site{site});
}

void read_orders(integ::HttpContext& ctx) {
  auto state = ctx.state<State>();
  auto request = of_site(ctx).query("fields", integ::selected(ctx));
  if (state.orderid) request.query("orderidfrom", *state.orderid + 1);
  integ::pages(ctx, request, pager(), "/items", integ::max("/orderid", state.orderid));
  ctx.emit_state(state);
}

void read_users(integ::HttpContext& ctx) {
  // Sitoo's users have no eshopid; as a part of the key it is selected whenever anything is.
  auto fields = integ::selected(ctx);
  constexpr std::string_view ours = ",eshopid";
  if (const auto at = fields ? fields->find(ours) : std::string::npos; at != std::string::npos) {
    fields->erase(at, ours.size());
  }
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
