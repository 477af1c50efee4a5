// SPDX-License-Identifier: Apache-2.0
//
// Sockets are not offered to guests on Windows yet: every call says so.
#include "os/sockets.hpp"

#include <cerrno>

namespace nacre::os {

int listen_tcp(const std::string&, uint16_t, FileHandle*) { return ENOTSUP; }
uint16_t socket_port(NativeFile) { return 0; }
int accept_socket(NativeFile, FileHandle*) { return ENOTSUP; }
int receive_socket(NativeFile, std::span<const ReadBuf>, bool, uint64_t*, bool*) { return ENOTSUP; }
int shutdown_socket(NativeFile, bool, bool) { return ENOTSUP; }

}  // namespace nacre::os
