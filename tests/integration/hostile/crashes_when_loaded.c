/* Dies before anybody asked it anything. */
#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void construct(void) {
  fputs("assertion failed: the moon is full\n", stderr);
  abort();
}
