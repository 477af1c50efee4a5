// SPDX-License-Identifier: Apache-2.0
// Makes text loud.
#include "plugin.h"

static char line[256];

char *plugin_room(void) { return line; }

int plugin_filter(int length) {
  for (int i = 0; i < length; i++) line[i] = (char)lib_upper(line[i]);
  return length;
}
