// A connector for integ: what to request. The guide explains each part: integ-sdk/guide.md.
#include <integ/sdk.hpp>

namespace {

// What a user of the connector fills in. No initialiser: required.
struct Config {
  std::string url = "https://api.example.com/v1";
  integ::Secret token;
};
INTEG_FIELDS(Config, url, token)

void integ_describe(integ::About<Config>& about) {
  about.field(&Config::url).title("URL").description("The base of the API.");
  about.field(&Config::token).title("API token").description("Made under Settings, Developers.");
}

// One record. Members that are not named here go through all the same.
struct Item {
  std::int64_t id;
  std::string name;
  integ::DateTime updated_at;
};
INTEG_FIELDS(Item, id, name, updated_at)

// Where the next run goes on.
struct State {
  integ::DateTime updated_since;
};
INTEG_FIELDS(State, updated_since)

void read_items(integ::HttpContext& ctx) {
  const auto config = ctx.config<Config>();
  auto state = ctx.state<State>();
  auto latest = state.updated_since;

  auto request = integ::Request(config.url).path("items").query("limit", 100).bearer(config.token);
  if (!state.updated_since.empty()) request.query("updated_since", state.updated_since);
  // Other ways of paging: integ/pagers.hpp.
  integ::pages(ctx, request, integ::next_link("/next"), "/items", integ::max("/updated_at", latest));
  // Only now: pages need not come in the order of updated_at.
  state.updated_since = latest;
  ctx.emit_state(state);
}

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("example", "0.1.0")
                 .title("Example")
                 .stream(integ::incremental<Item>("items").primary_key("/id").iterate_by("/updated_at"), read_items))
