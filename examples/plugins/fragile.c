// SPDX-License-Identifier: Apache-2.0
// Has a mistake: it meets a question mark badly.
#include "plugin.h"

static char line[256];

char *plugin_room(void) { return line; }

static void panic(void) { __builtin_trap(); }

int plugin_filter(int length) {
  for (int i = 0; i < length; i++)
    if (line[i] == '?') panic();
  host_log("looks fine", 10);
  return length;
}
