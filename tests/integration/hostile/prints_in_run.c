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

#define NAME "prints-in-run"
#include "things.h"
