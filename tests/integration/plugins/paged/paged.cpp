// A connector for tests: a stream for each way of paging that the SDK has, each at URL/STREAM.
//   GET URL/STREAM?limit=3&... -> {"items":[{"id","at"?}], and what the stream goes on by}
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
};
INTEG_FIELDS(Config, url)

struct Item {
  std::int64_t id;
  std::optional<std::string> at;
};
INTEG_FIELDS(Item, id, at)

struct State {
  std::optional<std::string> since;  // the latest `at` that was seen
  std::optional<std::string> page;   // to go on with
};
INTEG_FIELDS(State, since, page)

integ::Request request(integ::HttpContext& ctx) {
  return integ::Request(ctx.config<Config>().url).path(ctx.stream_name()).query("limit", 3);
}

template <class Pager>
auto all(Pager pager) {
  return [pager](integ::HttpContext& ctx) { integ::pages(ctx, request(ctx), pager, "/items"); };
}

// Sorted by `at`, asked for from the last one on, that one included: a tie is read twice rather than never.
void read_changes(integ::HttpContext& ctx) {
  auto state = ctx.state<State>();
  integ::pages(ctx, request(ctx).query("since", state.since), integ::cursor("cursor", "/cursor"), "/items",
               integ::max("/at", state.since), integ::each_page([&] { ctx.emit_state(state); }));
}

void read_long(integ::HttpContext& ctx) {
  auto state = ctx.state<State>();
  integ::pages(ctx, request(ctx), integ::page_number("page").prefetch(), "/items",
               integ::checkpoint(state, state.page));
  ctx.emit_state(state);
}

integ::Stream stream(const char* name) { return integ::incremental<Item>(name).primary_key("/id"); }

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("paged", "1.0.0")
                 .title("Paged")
                 .stream(stream("next_link"), all(integ::next_link("/next")))
                 .stream(stream("link_header"), all(integ::link_header()))
                 .stream(stream("page_number"), all(integ::page_number("page")))
                 .stream(stream("page_from_zero"), all(integ::page_number("page").first(0)))
                 .stream(stream("offset"), all(integ::offset("offset")))
                 .stream(stream("cursor"), all(integ::cursor("cursor", "/cursor")))
                 .stream(stream("marker"), all(integ::marker("after", "/id")))
                 .stream(stream("has_more"), all(integ::cursor("continuation", "/continuation").has_more("/has_more")))
                 .stream(stream("far_offset"), all(integ::offset("offset").prefetch()))
                 .stream(stream("changes").iterate_by("/at"), read_changes)
                 .stream(stream("long").resumable(), read_long))
