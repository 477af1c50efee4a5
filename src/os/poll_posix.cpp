// SPDX-License-Identifier: Apache-2.0
#include "os/poll.hpp"

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "os/clock.hpp"

namespace nacre::os {

int poll_files(std::span<PollItem> items, uint64_t timeout_ns) {
  constexpr uint64_t ms = 1'000'000;
  if (items.empty()) {
    if (timeout_ns != 0) sleep_ns(timeout_ns);
    return 0;
  }
  std::vector<pollfd> fds(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    fds[i].fd = static_cast<int>(items[i].file);
    fds[i].events =
        static_cast<short>((items[i].want_read ? POLLIN : 0) | (items[i].want_write ? POLLOUT : 0));
  }
  int wait = static_cast<int>(std::min<uint64_t>(timeout_ns / ms, 60'000));
  int n = poll(fds.data(), static_cast<nfds_t>(fds.size()), wait);
  if (n == 0 && wait == 0 && timeout_ns != 0) sleep_ns(std::min<uint64_t>(timeout_ns, ms / 10));
  if (n < 0) return errno == EINTR || errno == EAGAIN ? 0 : errno;
  for (size_t i = 0; i < items.size(); ++i) {
    short got = fds[i].revents;
    items[i].invalid = (got & POLLNVAL) != 0;
    items[i].hangup = (got & POLLHUP) != 0;
    items[i].readable = items[i].want_read && (got & (POLLIN | POLLHUP | POLLERR)) != 0;
    items[i].writable = items[i].want_write && (got & (POLLOUT | POLLHUP | POLLERR)) != 0;
  }
  return 0;
}

uint64_t readable_bytes(NativeFile file) {
  int n = 0;
  return ioctl(static_cast<int>(file), FIONREAD, &n) == 0 && n > 0 ? static_cast<uint64_t>(n) : 0;
}

}  // namespace nacre::os
