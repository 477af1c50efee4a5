// SPDX-License-Identifier: Apache-2.0
//
// The host's files, directories, streams and sockets as handles.
#pragma once

#include <nacre/wasi.hpp>
#include "os/files.hpp"

namespace nacre::wasi {

// A directory that confines by walking even where the kernel could do it: for tests.
Result<Ref<Handle>> open_host_directory(const std::string& path, bool walk_only);

// The host's file `native`, whatever it is; it is not closed with the handle. Null when it is
// not open. Never changes the file's own flags, which others may share.
Ref<Handle> borrowed_handle(os::NativeFile native);

// Whether this is one of the handles made here. Several threads may use such a handle at once.
bool is_host_handle(const Handle& h);

// A socket, owned.
Ref<Handle> socket_handle(os::FileHandle socket);

}  // namespace nacre::wasi
