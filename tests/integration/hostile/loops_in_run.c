/* Computes for ever after one record, deaf to everybody. Plain C on abi.h, as one who has no SDK would write it. */
#include <integ/abi.h>

static integ_status run(void* self, const integ_host* host, integ_http_context* context) {
  (void)self;
  const integ_status status = host->emit_values(context, (integ_str)INTEG_STR_INIT("[{\"id\":1}]"));
  for (volatile unsigned turns = 0; status == INTEG_OK; ++turns) {
  }
  return status;
}

#define NAME "loops-in-run"
#include "things.h"
