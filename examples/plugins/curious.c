// SPDX-License-Identifier: Apache-2.0
// Wants something no plug-in gets.
#include "plugin.h"

IMPORT("host", "read_file") int host_read_file(const char *path);

char *plugin_room(void) { return (char *)host_read_file("/etc/passwd"); }
int plugin_filter(int length) { return length; }
