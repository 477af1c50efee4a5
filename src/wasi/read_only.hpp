// SPDX-License-Identifier: Apache-2.0
//
// Read-only views of directories and everything opened through them.
#pragma once

#include <nacre/wasi.hpp>

namespace nacre::wasi {

// Whether `h` is a directory made by read_only_directory, or was opened through one.
bool is_read_only_directory(const Handle& h);

}  // namespace nacre::wasi
