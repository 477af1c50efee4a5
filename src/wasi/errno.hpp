// SPDX-License-Identifier: Apache-2.0
//
// The host's error numbers as WASI's.
#pragma once

#include <nacre/wasi.hpp>

namespace nacre::wasi {

// The Errno for a number from <cerrno>; 0 is success. EXDEV from a confined lookup means "outside"
// and becomes notcapable; link and rename across file systems use from_host_xdev.
Errno from_host(int host_errno);
Errno from_host_xdev(int host_errno);

// The specification's name: "noent".
const char* errno_name(Errno e);

}  // namespace nacre::wasi
