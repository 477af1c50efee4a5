// SPDX-License-Identifier: Apache-2.0
//
// Stream sockets of the host: listening, accepting, and the calls read and write lack. Functions
// return 0 or a number from <cerrno>. Nothing here blocks: EAGAIN says wait (os/poll.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "os/files.hpp"

namespace nacre::os {

// Listens on a TCP address. `host` is a name or a number, empty for every address; port 0 picks
// one.
int listen_tcp(const std::string& host, uint16_t port, FileHandle* out);
// The port a socket is bound to; 0 when unknown.
uint16_t socket_port(NativeFile socket);
int accept_socket(NativeFile listener, FileHandle* out);
int receive_socket(NativeFile, std::span<const ReadBuf>, bool peek, uint64_t* out, bool* truncated);
int shutdown_socket(NativeFile, bool read, bool write);

}  // namespace nacre::os
