// SPDX-License-Identifier: Apache-2.0
// Numbers lines: a plug-in may remember.
#include "plugin.h"

static char line[256];
static int count;

char *plugin_room(void) { return line; }

int plugin_filter(int length) {
  for (int i = length; i-- > 0;) line[i + 3] = line[i];
  count++;
  line[0] = (char)('0' + count % 10);
  line[1] = ':';
  line[2] = ' ';
  return length + 3;
}
