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

#define NAME "sleeps-in-run"
#include "things.h"
