// SPDX-License-Identifier: Apache-2.0
//
// The process as profilers know it.
#pragma once

#include <cstdint>
#include <string>

namespace nacre::os {

uint64_t process_id();

// Maps the beginning of a file as code until the process ends, which is how `perf record` learns
// of it. False where there is no such thing.
bool announce_file_to_profiler(const std::string& path);

}  // namespace nacre::os
