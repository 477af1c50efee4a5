// SPDX-License-Identifier: Apache-2.0
//
// There is no call that waits for pipes, consoles and files alike, so they are looked at in turn,
// every millisecond.
#include "os/poll.hpp"

#include <windows.h>

#include <algorithm>

#include "os/clock.hpp"

namespace nacre::os {
namespace {

HANDLE handle(NativeFile f) { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(f)); }

bool look(PollItem& item) {
  DWORD available = 0;
  item.writable = item.want_write;
  switch (GetFileType(handle(item.file))) {
    case FILE_TYPE_DISK:
      item.readable = item.want_read;
      break;
    case FILE_TYPE_CHAR:
      item.readable = item.want_read && WaitForSingleObject(handle(item.file), 0) == WAIT_OBJECT_0;
      break;
    case FILE_TYPE_PIPE:
      item.hangup = !PeekNamedPipe(handle(item.file), nullptr, 0, nullptr, &available, nullptr);
      item.readable = item.want_read && (item.hangup || available != 0);
      break;
    default:
      item.invalid = true;
      break;
  }
  return item.readable || item.writable || item.invalid;
}

}  // namespace

int poll_files(std::span<PollItem> items, uint64_t timeout_ns) {
  constexpr uint64_t nap_ns = 1'000'000;
  for (uint64_t waited = 0;; waited += nap_ns) {
    bool ready = false;
    for (PollItem& item : items) ready |= look(item);
    if (ready || waited >= timeout_ns) return 0;
    sleep_ns(std::min(nap_ns, timeout_ns - waited));
  }
}

uint64_t readable_bytes(NativeFile file) {
  DWORD available = 0;
  return PeekNamedPipe(handle(file), nullptr, 0, nullptr, &available, nullptr) ? available : 0;
}

}  // namespace nacre::os
