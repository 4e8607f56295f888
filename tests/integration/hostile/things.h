/* The rest of a plug-in whose run() does what it must not. The file that includes this defines NAME and run() before. */
#include <integ/abi.h>

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
    .name = INTEG_STR_INIT(NAME),
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
