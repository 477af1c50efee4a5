// SPDX-License-Identifier: Apache-2.0
//
// Waiting for files, pipes, terminals and sockets of the host.
#pragma once

#include <cstdint>
#include <span>

#include "os/files.hpp"

namespace nacre::os {

struct PollItem {
  NativeFile file = no_file;
  bool want_read = false, want_write = false;
  // Results. `readable` is also set at the end of the data, `writable` when a write would fail.
  bool readable = false, writable = false, hangup = false, invalid = false;
};

// Waits until an item is ready or about `timeout_ns` have passed (0: only looks). Returns 0 or
// a number from <cerrno>; an early return without ready items (a signal) is success.
int poll_files(std::span<PollItem> items, uint64_t timeout_ns);

// How many bytes can be read at once without blocking; 0 when unknown.
uint64_t readable_bytes(NativeFile file);

}  // namespace nacre::os
