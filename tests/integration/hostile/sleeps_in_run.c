/* Sleeps until somebody asks it to end, in steps longer than anyone would wait. Plain C on abi.h, as one who has no SDK
 * would write it. */
#include <integ/abi.h>

static integ_status run(void* self, const integ_host* host, integ_http_context* context) {
  (void)self;
  const int64_t hour_ns = INT64_C(3600000000000);
  integ_status status = host->emit_values(context, (integ_str)INTEG_STR_INIT("[{\"id\":1}]"));
  while (status == INTEG_OK) status = host->sleep_ns(context, hour_ns);
  return status;
}

static const integ_runner runner = {.size = sizeof runner, .run = run};
static const integ_stream things = {
    .size = sizeof things,
    .name = INTEG_STR_INIT("things"),
    .json_schema = INTEG_STR_INIT("{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"}}}"),
    .runner = &runner,
};
static const integ_stream* const streams[] = {&things};
static const integ_connector connector = {
    .size = sizeof connector,
    .name = INTEG_STR_INIT("sleeps-in-run"),
    .version = INTEG_STR_INIT("1.0.0"),
    .config_schema = INTEG_STR_INIT("{\"type\":\"object\",\"properties\":{}}"),
    .streams = streams,
    .stream_count = 1,
};
static const integ_connector* const connectors[] = {&connector};
static const integ_plugin plugin = {
    .size = sizeof plugin, .abi_minor = INTEG_ABI_MINOR, .connectors = connectors, .connector_count = 1};

const integ_plugin* integ_plugin_entry_v1(const integ_host* host) {
  (void)host;
  return &plugin;
}
