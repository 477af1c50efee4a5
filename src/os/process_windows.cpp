// SPDX-License-Identifier: Apache-2.0
#include "os/process.hpp"

#include <windows.h>

namespace nacre::os {

uint64_t process_id() { return GetCurrentProcessId(); }
bool announce_file_to_profiler(const std::string&) { return false; }

}  // namespace nacre::os
