/* Ends the process in the middle of a run, as code does that thinks it is a program. Plain C on abi.h. */
#include <integ/abi.h>

#include <unistd.h>

static integ_status run(void* self, const integ_host* host, integ_http_context* context) {
  (void)self;
  host->log(context, INTEG_LOG_WARN, (integ_str)INTEG_STR_INIT("the last words"));
  static const char said[] = "said to standard error\n";
  (void)!write(2, said, sizeof said - 1);
  _exit(7);
}

#define NAME "exits-in-run"
#include "things.h"
