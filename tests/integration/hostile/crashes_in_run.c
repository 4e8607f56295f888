/* Dies in the middle of a run, after a record and a state. Plain C on abi.h, as one who has no SDK would write it. */
#include <integ/abi.h>

#include <stdlib.h>

static integ_status run(void* self, const integ_host* host, integ_http_context* context) {
  (void)self;
  integ_status status = host->emit_values(context, (integ_str)INTEG_STR_INIT("[{\"id\":1}]"));
  if (status != INTEG_OK) return status;
  status = host->emit_state(context, (integ_str)INTEG_STR_INIT("{\"id\":1}"));
  if (status != INTEG_OK) return status;
  abort();
}

#define NAME "crashes-in-run"
#include "things.h"
