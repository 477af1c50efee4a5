// SPDX-License-Identifier: Apache-2.0
// What a plug-in is, for plug-ins in C. The host has the same in main.cpp.
#pragma once

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

// From the host: a line for its log.
IMPORT("host", "log") void host_log(const char *text, int length);
// From the module lib.wat, which the host links with every plug-in.
IMPORT("lib", "upper") int lib_upper(int character);

// To the host: the version of this file; room for a line; the filter itself, which changes the
// line in that room and returns its new length.
EXPORT("plugin_version") int plugin_version(void) { return 2; }
EXPORT("plugin_room") char *plugin_room(void);
EXPORT("plugin_filter") int plugin_filter(int length);
