// SPDX-License-Identifier: Apache-2.0
// Returns a length there is no memory for.
#include "plugin.h"

static char line[256];

char *plugin_room(void) { return line; }

int plugin_filter(int length) {
  (void)length;
  return 2000000000;
}
