// SPDX-License-Identifier: Apache-2.0
//
// The numbers of WASI preview 1 (rights, flags, sizes), as the specification names them.
#pragma once

#include <cstdint>

#include <nacre/wasi.hpp>

namespace nacre::wasi {

using Rights = uint64_t;

namespace rights {
inline constexpr Rights fd_datasync = 1u << 0, fd_read = 1u << 1, fd_seek = 1u << 2,
                        fd_fdstat_set_flags = 1u << 3, fd_sync = 1u << 4, fd_tell = 1u << 5,
                        fd_write = 1u << 6, fd_advise = 1u << 7, fd_allocate = 1u << 8,
                        path_create_directory = 1u << 9, path_create_file = 1u << 10,
                        path_link_source = 1u << 11, path_link_target = 1u << 12,
                        path_open = 1u << 13, fd_readdir = 1u << 14, path_readlink = 1u << 15,
                        path_rename_source = 1u << 16, path_rename_target = 1u << 17,
                        path_filestat_get = 1u << 18, path_filestat_set_size = 1u << 19,
                        path_filestat_set_times = 1u << 20, fd_filestat_get = 1u << 21,
                        fd_filestat_set_size = 1u << 22, fd_filestat_set_times = 1u << 23,
                        path_symlink = 1u << 24, path_remove_directory = 1u << 25,
                        path_unlink_file = 1u << 26, poll_fd_readwrite = 1u << 27,
                        sock_shutdown = 1u << 28, sock_accept = 1u << 29;

inline constexpr Rights all = (1u << 30) - 1;

// What makes sense for each type of file; path_open drops the rest.
inline constexpr Rights file = fd_datasync | fd_read | fd_seek | fd_fdstat_set_flags | fd_sync |
                               fd_tell | fd_write | fd_advise | fd_allocate | fd_filestat_get |
                               fd_filestat_set_size | fd_filestat_set_times | poll_fd_readwrite;
inline constexpr Rights directory =
    fd_fdstat_set_flags | fd_sync | fd_datasync | path_create_directory | path_create_file |
    path_link_source | path_link_target | path_open | fd_readdir | path_readlink |
    path_rename_source | path_rename_target | path_filestat_get | path_filestat_set_size |
    path_filestat_set_times | fd_filestat_get | fd_filestat_set_times | path_symlink |
    path_remove_directory | path_unlink_file | poll_fd_readwrite;
// Pipes, sockets and terminals cannot seek; programs tell terminals by that.
inline constexpr Rights stream = fd_datasync | fd_read | fd_fdstat_set_flags | fd_sync | fd_write |
                                 fd_filestat_get | fd_filestat_set_times | poll_fd_readwrite;
inline constexpr Rights socket = stream | sock_shutdown | sock_accept;
// Rights that only a descriptor opened for writing can honour.
inline constexpr Rights writing = fd_write | fd_allocate | fd_filestat_set_size;
}  // namespace rights

inline constexpr uint32_t oflag_creat = 1, oflag_directory = 2, oflag_excl = 4, oflag_trunc = 8;
inline constexpr uint32_t lookup_symlink_follow = 1;
inline constexpr uint32_t fst_atim = 1, fst_atim_now = 2, fst_mtim = 4, fst_mtim_now = 8;
inline constexpr uint16_t all_fd_flags = 31;

enum class EventType : uint8_t { clock, fd_read, fd_write };

inline constexpr uint32_t dirent_size = 24, event_size = 32, fdstat_size = 24, iovec_size = 8;

// The layouts in which wasi_unstable differs from wasi_snapshot_preview1.
struct Layout {
  uint32_t filestat_size, filestat_nlink, filestat_nlink_bytes, filestat_after_nlink;
  uint32_t subscription_size, subscription_clock;  // where the clock's id is
  uint8_t whence[3];                               // to: 0 set, 1 current, 2 end
};
inline constexpr Layout preview1_layout = {64, 24, 8, 32, 48, 16, {0, 1, 2}};
inline constexpr Layout unstable_layout = {56, 20, 4, 24, 56, 24, {1, 2, 0}};

}  // namespace nacre::wasi
