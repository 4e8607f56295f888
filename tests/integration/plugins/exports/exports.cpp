// A connector for tests: exports that are too large for memory, read as they come.
//   GET URL/array  -> {"at":"...","items":[{"id","name"?}, ...],"count":N}
//   GET URL/lines  -> a JSON object a line
//   GET URL/packed -> the same as a gzip file
//   GET URL/whole  -> lines, not streamed
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
};
INTEG_FIELDS(Config, url)

struct Item {
  std::int64_t id;
  std::optional<std::string> name;
};
INTEG_FIELDS(Item, id, name)

struct State {
  std::optional<std::int64_t> last;  // the highest id
};
INTEG_FIELDS(State, last)

template <class... Options>
auto read(const char* parser, const char* records, const Options&... options) {
  return [=](integ::HttpContext& ctx) {
    auto state = ctx.state<State>();
    integ::Response page;
    ctx.emit_batch(integ::Request(ctx.config<Config>().url).path(ctx.stream_name()).parser(parser), page, records,
                   integ::max("/id", state.last), options...);
    ctx.emit_state(state);
  };
}

integ::Stream stream(const char* name) { return integ::incremental<Item>(name).primary_key("/id").iterate_by("/id"); }

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("exports", "1.0.0")
                 .title("Exports")
                 .stream(stream("array"), read("", "/items", integ::streaming()))
                 .stream(stream("lines"), read("jsonl", "", integ::streaming()))
                 .stream(stream("packed"), read("gzip,jsonl", "", integ::streaming()))
                 .stream(stream("whole"), read("", "")))
