// A connector for tests: two streams behind a token, page by page, each page's number its state.
//   GET URL/things?page=N, Authorization: Bearer TOKEN -> {"items":[{"id"}],"next_page":N+1|null}
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
  integ::Secret token;
  std::int64_t page_size = 10;
};
INTEG_FIELDS(Config, url, token, page_size)

void integ_describe(integ::About<Config>& about) { about.field(&Config::page_size).minimum(1).maximum(100); }

struct Thing {
  std::int64_t id;
};
INTEG_FIELDS(Thing, id)

struct State {
  std::optional<std::int64_t> page;  // to go on with
};
INTEG_FIELDS(State, page)

void read(integ::HttpContext& ctx, const char* path) {
  const auto config = ctx.config<Config>();
  auto state = ctx.state<State>();
  integ::Response page;
  for (std::int64_t number = state.page.value_or(1); number > 0; number = page.integer("/next_page")) {
    if (number > 1) {
      state.page = number;
      ctx.emit_state(state);
    }
    const auto request = integ::Request(config.url)
                             .path(path)
                             .query("page", number)
                             .query("size", config.page_size)
                             .bearer(config.token);
    ctx.emit_batch(request, page, "/items");
  }
  ctx.emit_state(State{});
}

void read_things(integ::HttpContext& ctx) { read(ctx, "things"); }
void read_others(integ::HttpContext& ctx) { read(ctx, "others"); }

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("guarded", "1.0.0")
                 .title("Guarded")
                 .stream(integ::incremental<Thing>("things").primary_key("/id").resumable(), read_things)
                 .stream(integ::incremental<Thing>("others").primary_key("/id").resumable(), read_others))
