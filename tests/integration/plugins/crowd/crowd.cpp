// A connector for tests: twenty streams that are alike, a token that must never be shown, settings of every type.
// GET URL/STREAM with the token -> {"items":[...],"next":URL or null}. It says its token in a log line, as careless
// authors do.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
  integ::Secret token;
  std::int64_t limit = 100;
  bool archived = false;
  std::optional<std::vector<std::string>> tags;
};
INTEG_FIELDS(Config, url, token, limit, archived, tags)

struct Place {
  std::string city, street;
};
INTEG_FIELDS(Place, city, street)

struct Item {
  std::int64_t id = 0;
  std::string label;
  std::optional<Place> place;
};
INTEG_FIELDS(Item, id, label, place)

void read_items(integ::HttpContext& ctx, const std::string& stream) {
  const auto config = ctx.config<Config>();
  ctx.log(integ::LogLevel::debug, "reading " + stream + " with " + config.token.reveal());
  auto request = integ::Request(config.url)
                     .path(stream)
                     .query("limit", config.limit)
                     .query("archived", config.archived)
                     .bearer(config.token);
  for (integ::Response page;;) {
    ctx.emit_batch(request, page, "/items");
    const auto next = page.link("/next");
    if (next.empty()) break;
    request = integ::Request(next).bearer(config.token);
  }
}

integ::Source crowd() {
  auto source = integ::Source::with_config<Config>("crowd", "1.0.0").title("Crowd");
  for (int i = 1; i <= 20; ++i) {
    const std::string name = (i < 10 ? "s0" : "s") + std::to_string(i);
    source.stream(integ::non_incremental<Item>(name).primary_key("/id"),
                  [name](integ::HttpContext& ctx) { read_items(ctx, name); });
  }
  return source;
}

}  // namespace

INTEG_PLUGIN(crowd())
