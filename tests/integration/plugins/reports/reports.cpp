// A connector for tests: reads GET URL/report as the configuration says, by each way that there is.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url;
  std::string parser = "";
  std::string records = "";
};
INTEG_FIELDS(Config, url, parser, records)

struct Row {
  std::optional<std::string> id;
};
INTEG_FIELDS(Row, id)

integ::Request request(const Config& config) { return integ::Request(config.url).path("report").parser(config.parser); }

void read_rows(integ::HttpContext& ctx) {
  const auto config = ctx.config<Config>();
  integ::Response page;
  ctx.emit_batch(request(config), page, config.records, integ::allow_missing());
}

// What a connector sees of an answer that was read, and then the records.
void read_fetched(integ::HttpContext& ctx) {
  const auto config = ctx.config<Config>();
  integ::Response page = ctx.fetch(request(config));
  if (!config.parser.empty()) ctx.emit_value(Row{std::string(page.body())});
  ctx.emit_response(page, config.records);
}

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("reports", "1.0.0")
                 .title("Reports")
                 .stream(integ::non_incremental<Row>("rows"), read_rows)
                 .stream(integ::non_incremental<Row>("fetched"), read_fetched))
