/* Prints long lines to stdout all the while it emits, as a library with a debug switch left on does: messages must stay
 * whole between them. Plain C on abi.h. */
#include <integ/abi.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { records = 500, length = 3000 };

static integ_status run(void* self, const integ_host* host, integ_http_context* context) {
  (void)self;
  char line[length];
  memset(line, 'x', sizeof line);
  line[length - 1] = '\n';
  for (int i = 0; i < records; ++i) {
    if (write(1, line, sizeof line) < 0) return INTEG_E_INTERNAL;
    char record[64];
    const int size = snprintf(record, sizeof record, "[{\"id\":%d}]", i);
    const integ_str values = {record, (size_t)size};
    const integ_status status = host->emit_values(context, values);
    if (status != INTEG_OK) return status;
  }
  return host->emit_state(context, (integ_str)INTEG_STR_INIT("{\"id\":500}"));
}

#define NAME "chatters-in-run"
#include "things.h"
