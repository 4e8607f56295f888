// A connector for tests: what happened since the last run, in three parts that run apart, with a header
// that is new for each attempt and that its server refuses when it comes twice.
//
// State of a part while it is under way: {"since", "page", "latest"}, the page to go on with; at its end,
// and folded over all parts, {"since"}.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
};
INTEG_FIELDS(Config, url)

struct Update {
  std::string id, part;
  integ::DateTime updated_at;
};
INTEG_FIELDS(Update, id, part, updated_at)

struct Part {
  std::string part;
};
INTEG_FIELDS(Part, part)

struct State {
  std::optional<integ::DateTime> since;
  std::optional<std::int64_t> page;
  std::optional<integ::DateTime> latest;
};
INTEG_FIELDS(State, since, page, latest)

void name_parts(integ::HttpContext& ctx) {
  for (const char* part : {"a", "b", "c"}) ctx.add_slice(part, Part{part});
}

void read_part(integ::HttpContext& ctx) {
  const auto url = ctx.config<Config>().url;
  const auto part = ctx.slice<Part>().part;
  auto state = ctx.state<State>();
  auto latest = state.latest ? state.latest : state.since;
  // The time alone is not enough: two parts may ask for it in the same nanosecond.
  int count = 0;
  const auto nonce = [&ctx, &part, &count] {
    return part + "-" + std::to_string(ctx.now().time_since_epoch().count()) + "-" + std::to_string(++count);
  };
  integ::Response page;
  for (std::int64_t number = state.page.value_or(1); number > 0; number = page.integer("/next_page")) {
    if (number > 1) {
      state.page = number;
      state.latest = latest;
      ctx.emit_state(state);
    }
    const auto request = integ::Request(url)
                             .path("updates")
                             .query("part", part)
                             .query("since", state.since)
                             .query("page", number)
                             .header("X-Nonce", nonce);
    ctx.emit_batch(request, page, "/items", integ::max("/updated_at", latest));
  }
  ctx.emit_state(State{latest, {}, {}});
}

void fold_parts(integ::HttpContext& ctx) {
  State folded = ctx.state<State>();
  for (const auto& [part, state] : ctx.slices<State>()) folded.since = std::max(folded.since, state.since);
  ctx.emit_state(State{folded.since, {}, {}});
}

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("updates", "1.0.0")
                 .title("Updates")
                 .stream(integ::incremental<Update>("updates")
                             .primary_key("/id")
                             .iterate_by("/updated_at")
                             .slices(name_parts)
                             .finish(fold_parts),
                         read_part))
