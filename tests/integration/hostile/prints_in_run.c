/* Prints to stdout between its records: what the output must not get to see. Plain C on abi.h, as one who has no SDK
 * would write it. */
#include <integ/abi.h>

#include <unistd.h>

static integ_status run(void* self, const integ_host* host, integ_http_context* context) {
  (void)self;
  static const char banner[] = "hello from a library\n";
  integ_status status = host->emit_values(context, (integ_str)INTEG_STR_INIT("[{\"id\":1}]"));
  if (status != INTEG_OK) return status;
  if (write(1, banner, sizeof banner - 1) < 0) return INTEG_E_INTERNAL;
  status = host->emit_values(context, (integ_str)INTEG_STR_INIT("[{\"id\":2}]"));
  if (status != INTEG_OK) return status;
  return host->emit_state(context, (integ_str)INTEG_STR_INIT("{\"id\":2}"));
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
    .name = INTEG_STR_INIT("prints-in-run"),
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
