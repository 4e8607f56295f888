// A connector for tests: streams with a namespace and one without, which go on from {"since"}. GET URL/STREAM?since= ->
// {"items":[{"id","city"}]}.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
};
INTEG_FIELDS(Config, url)

struct Item {
  std::int64_t id = 0;
  std::optional<std::string> city;
};
INTEG_FIELDS(Item, id, city)

struct State {
  std::optional<std::int64_t> since;
};
INTEG_FIELDS(State, since)

void read_items(integ::HttpContext& ctx, const std::string& stream) {
  auto since = ctx.state<State>().since;
  integ::Response page;
  const auto request = integ::Request(ctx.config<Config>().url).path(stream).query("since", since);
  ctx.emit_batch(request, page, "/items", integ::max("/id", since));
  ctx.emit_state(State{since});
}

integ::Source spaced() {
  auto source = integ::Source::with_config<Config>("spaced", "1.0.0").title("Spaced");
  for (const auto& [name, space] : {std::pair{"orders", "eu"}, std::pair{"items", "us"}, std::pair{"plain", ""}}) {
    auto stream = integ::incremental<Item>(name).primary_key("/id").iterate_by("/id");
    source.stream(stream.name_space(space),
                  [name = std::string(name)](integ::HttpContext& ctx) { read_items(ctx, name); });
  }
  return source;
}

}  // namespace

INTEG_PLUGIN(spaced())
