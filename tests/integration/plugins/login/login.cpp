// A connector for tests: twenty streams behind OAuth 2, by a refresh token that the server may replace.
//   POST URL/token, a form -> {"access_token","refresh_token","expires_in"}
//   GET URL/STREAM, Authorization: Bearer ACCESS -> {"items":[{"id"}]}
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
  std::string client_id;
  integ::Secret client_secret;
  integ::Secret refresh_token;
};
INTEG_FIELDS(Config, url, client_id, client_secret, refresh_token)

struct Item {
  std::int64_t id = 0;
};
INTEG_FIELDS(Item, id)

integ::Source login() {
  auto source = integ::Source::with_config<Config>("login", "1.0.0").title("Login");
  source.authorize(integ::auth::refresh_token("{config:/url}/token").scope("read"));
  for (int i = 1; i <= 20; ++i) {
    const std::string name = (i < 10 ? "s0" : "s") + std::to_string(i);
    source.stream(integ::non_incremental<Item>(name).primary_key("/id"), [name](integ::HttpContext& ctx) {
      ctx.emit_batch(integ::Request(ctx.config<Config>().url).path(name), "/items");
    });
  }
  return source;
}

}  // namespace

INTEG_PLUGIN(login())
