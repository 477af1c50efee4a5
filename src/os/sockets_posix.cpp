// SPDX-License-Identifier: Apache-2.0
#include "os/sockets.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace nacre::os {
namespace {

constexpr int backlog = 128;
constexpr int max_iov = 64;

int fd_of(NativeFile f) { return static_cast<int>(f); }

int try_listen(const addrinfo& a, FileHandle* out) {
  FileHandle s(socket(a.ai_family, a.ai_socktype, a.ai_protocol));
  if (s.get() < 0) {
    s.release();
    return errno;
  }
  int fd = fd_of(s.get()), on = 1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, a.ai_addr, a.ai_addrlen) != 0 || listen(fd, backlog) != 0) return errno;
  *out = std::move(s);
  return 0;
}

}  // namespace

int listen_tcp(const std::string& host, uint16_t port, FileHandle* out) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  if (getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints,
                  &list) != 0)
    return EADDRNOTAVAIL;
  int e = EADDRNOTAVAIL;
  for (addrinfo* a = list; a != nullptr && e != 0; a = a->ai_next) e = try_listen(*a, out);
  freeaddrinfo(list);
  return e;
}

uint16_t socket_port(NativeFile socket) {
  sockaddr_storage a{};
  socklen_t n = sizeof a;
  if (getsockname(fd_of(socket), reinterpret_cast<sockaddr*>(&a), &n) != 0) return 0;
  if (a.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in*>(&a)->sin_port);
  if (a.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&a)->sin6_port);
  return 0;
}

int accept_socket(NativeFile listener, FileHandle* out) {
  int fd = accept(fd_of(listener), nullptr, nullptr);
  if (fd < 0) return errno;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  *out = FileHandle(fd);
  return 0;
}

int receive_socket(NativeFile file, std::span<const ReadBuf> to, bool peek, uint64_t* out,
                   bool* truncated) {
  iovec v[max_iov];
  int n = 0;
  for (const ReadBuf& b : to) {
    if (n == max_iov) break;
    v[n].iov_base = b.data;
    v[n++].iov_len = b.size;
  }
  msghdr m{};
  m.msg_iov = v;
  m.msg_iovlen = static_cast<decltype(m.msg_iovlen)>(n);
  ssize_t got = recvmsg(fd_of(file), &m, MSG_DONTWAIT | (peek ? MSG_PEEK : 0));
  if (got < 0) return errno;
  *out = static_cast<uint64_t>(got);
  *truncated = (m.msg_flags & MSG_TRUNC) != 0;
  return 0;
}

int shutdown_socket(NativeFile file, bool read, bool write) {
  int how = read && write ? SHUT_RDWR : read ? SHUT_RD : SHUT_WR;
  return shutdown(fd_of(file), how) == 0 ? 0 : errno;
}

}  // namespace nacre::os
