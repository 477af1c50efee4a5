// SPDX-License-Identifier: Apache-2.0
#include "wasi/call.hpp"

namespace nacre::wasi {
namespace {

constexpr uint32_t recv_peek = 1, recv_waitall = 2;
constexpr uint16_t recv_data_truncated = 1;

// Not a socket is notsock whatever the rights are.
Errno find_socket(Call& c, uint32_t fd, Rights needed, Descriptor* out) {
  NACRE_WASI_TRY(c.context.find(fd, 0, out));
  FileType t = out->handle->type();
  if (t != FileType::socket_stream && t != FileType::socket_dgram) return Errno::notsock;
  return (out->base & needed) == needed ? Errno::success : Errno::notcapable;
}

bool blocks(const Descriptor& d) { return (d.handle->flags() & fdflag_nonblock) == 0; }

// Drops the first `n` bytes of the buffers.
void advance(std::vector<IoSlice>* slices, uint64_t n) {
  for (IoSlice& s : *slices) {
    size_t k = n < s.size ? static_cast<size_t>(n) : s.size;
    s.data += k;
    s.size -= k;
    n -= k;
  }
  while (!slices->empty() && slices->front().size == 0) slices->erase(slices->begin());
}

}  // namespace

Errno sock_accept(Call& c, uint32_t fd, uint32_t flags, uint32_t out) {
  Descriptor d, made;
  NACRE_WASI_TRY(find_socket(c, fd, rights::sock_accept, &d));
  if ((flags & ~uint32_t{fdflag_nonblock}) != 0) return Errno::inval;
  if (!c.memory.holds(out, 4)) return Errno::fault;
  if (!c.context.has_room()) return Errno::mfile;
  Errno e;
  do {
    NACRE_WASI_TRY(wait_for(c, *d.handle, false));
    e = d.handle->accept(static_cast<uint16_t>(flags), &made.handle);
  } while (e == Errno::again && blocks(d) && !c.stop());
  NACRE_WASI_TRY(e);
  made.base = (d.inheriting & rights_for(*made.handle)) & ~rights::sock_accept;
  uint32_t number;
  NACRE_WASI_TRY(c.context.insert(std::move(made), &number));
  return c.memory.store<uint32_t>(out, number);
}

Errno sock_recv(Call& c, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t flags,
                uint32_t size_out, uint32_t flags_out) {
  Descriptor d;
  std::vector<IoSlice> slices;
  NACRE_WASI_TRY(find_socket(c, fd, rights::fd_read, &d));
  if (flags > (recv_peek | recv_waitall)) return Errno::inval;
  NACRE_WASI_TRY(c.memory.slices(iovs, count, &slices));
  if (!c.memory.holds(size_out, 4) || !c.memory.holds(flags_out, 2)) return Errno::fault;
  bool peek = (flags & recv_peek) != 0, all = (flags & recv_waitall) != 0 && !peek;
  uint64_t total = 0;
  bool truncated = false;
  advance(&slices, 0);
  while (!slices.empty()) {
    uint64_t n = 0;
    Errno e = wait_for(c, *d.handle, false);
    if (e == Errno::success) e = d.handle->receive(slices, peek, all, &n, &truncated);
    if (e == Errno::again && blocks(d) && !c.stop()) continue;
    if (e != Errno::success && total == 0) return e;
    if (e != Errno::success || n == 0) break;
    total += n;
    if (!all) break;
    advance(&slices, n);
  }
  NACRE_WASI_TRY(c.memory.store<uint32_t>(size_out, static_cast<uint32_t>(total)));
  return c.memory.store<uint16_t>(flags_out, truncated ? recv_data_truncated : 0);
}

Errno sock_send(Call& c, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t flags, uint32_t out) {
  Descriptor d;
  std::vector<ConstIoSlice> slices;
  NACRE_WASI_TRY(find_socket(c, fd, rights::fd_write, &d));
  if (flags != 0) return Errno::inval;
  NACRE_WASI_TRY(c.memory.slices(iovs, count, &slices));
  if (!c.memory.holds(out, 4)) return Errno::fault;
  uint64_t n = 0;
  Errno e;
  do {
    NACRE_WASI_TRY(wait_for(c, *d.handle, true));
    e = d.handle->send(slices, &n);
  } while (e == Errno::again && blocks(d) && !c.stop());
  NACRE_WASI_TRY(e);
  return c.memory.store<uint32_t>(out, static_cast<uint32_t>(n));
}

Errno sock_shutdown(Call& c, uint32_t fd, uint32_t how) {
  Descriptor d;
  NACRE_WASI_TRY(find_socket(c, fd, rights::sock_shutdown, &d));
  if (how == 0 || how > 3) return Errno::inval;
  return d.handle->shutdown((how & 1) != 0, (how & 2) != 0);
}

}  // namespace nacre::wasi
