// SPDX-License-Identifier: Apache-2.0
//
// The C library's streams and the words a program is started with, on hosts whose C library would
// translate line ends and knows names in one code page only: here names are UTF-8 and bytes stay
// what they are.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace nacre::os {

// fopen, with a name in UTF-8. `mode` says "b" for bytes.
std::FILE* open_stream(const std::string& path, const char* mode);

// From now on the standard streams carry bytes.
void make_standard_streams_binary();

// The program's arguments in UTF-8, without its name; `argc` and `argv` as main has them.
std::vector<std::string> arguments(int argc, char** argv);

// The process's environment in UTF-8, "NAME=value"; `of_c` is what the C library has as `environ`.
std::vector<std::string> environment(char** of_c);

}  // namespace nacre::os
