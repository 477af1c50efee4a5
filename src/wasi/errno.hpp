// SPDX-License-Identifier: Apache-2.0
//
// The host's error numbers as WASI's.
#pragma once

#include <nacre/wasi.hpp>

namespace nacre::wasi {

// The Errno for what a function of os/files.hpp returned: EXDEV means "outside the root" there and
// becomes notcapable, os::cross_device becomes xdev.
Errno from_host(int host_errno);

// The specification's name: "noent".
const char* errno_name(Errno e);

}  // namespace nacre::wasi
