// SPDX-License-Identifier: Apache-2.0
#include "wasi/table.hpp"

#include <utility>

namespace nacre::wasi {
namespace {

// Derives a row's signature and its unpacking of slots from the function's C++ type.
template <auto F, class = decltype(F)>
struct Bind;

template <auto F, class... A>
struct Bind<F, Errno (*)(Call&, A...)> {
  static constexpr char letters[sizeof...(A) + 1] = {(sizeof(A) == 8 ? 'I' : 'i')..., '\0'};
  static constexpr std::string_view params{letters, sizeof...(A)};
  static Errno call(Call& c, const uint64_t* slots) {
    return unpack(c, slots, std::index_sequence_for<A...>());
  }
  template <size_t... I>
  static Errno unpack(Call& c, [[maybe_unused]] const uint64_t* slots, std::index_sequence<I...>) {
    return F(c, static_cast<A>(slots[I])...);
  }
};

#define ROW(name, trace) \
  { #name, Bind < &name> ::params, true, true, &Bind < &name> ::call, trace }

constexpr Function table[] = {
    ROW(args_get, "argv:p buf:p"),
    ROW(args_sizes_get, "count:U size:U"),
    ROW(environ_get, "environ:p buf:p"),
    ROW(environ_sizes_get, "count:U size:U"),
    ROW(clock_res_get, "id:k resolution:L"),
    ROW(clock_time_get, "id:k precision:u time:L"),
    ROW(fd_advise, "fd:u offset:u len:u advice:u"),
    ROW(fd_allocate, "fd:u offset:u len:u"),
    ROW(fd_close, "fd:u"),
    ROW(fd_datasync, "fd:u"),
    ROW(fd_fdstat_get, "fd:u stat:p"),
    ROW(fd_fdstat_set_flags, "fd:u flags:x"),
    ROW(fd_fdstat_set_rights, "fd:u base:x inheriting:x"),
    ROW(fd_filestat_get, "fd:u stat:p"),
    ROW(fd_filestat_set_size, "fd:u size:u"),
    ROW(fd_filestat_set_times, "fd:u atim:u mtim:u flags:x"),
    ROW(fd_pread, "fd:u iovs:v offset:u nread:U"),
    ROW(fd_prestat_get, "fd:u prestat:p"),
    ROW(fd_prestat_dir_name, "fd:u path:o"),
    ROW(fd_pwrite, "fd:u iovs:w offset:u nwritten:U"),
    ROW(fd_read, "fd:u iovs:v nread:U"),
    ROW(fd_readdir, "fd:u buf:p size:u cookie:u used:U"),
    ROW(fd_renumber, "fd:u to:u"),
    ROW(fd_seek, "fd:u offset:i whence:u position:L"),
    ROW(fd_sync, "fd:u"),
    ROW(fd_tell, "fd:u position:L"),
    ROW(fd_write, "fd:u iovs:w nwritten:U"),
    ROW(path_create_directory, "fd:u path:s"),
    ROW(path_filestat_get, "fd:u lookup:x path:s stat:p"),
    ROW(path_filestat_set_times, "fd:u lookup:x path:s atim:u mtim:u flags:x"),
    ROW(path_link, "fd:u lookup:x path:s to_fd:u to:s"),
    ROW(path_open, "fd:u lookup:x path:s oflags:x base:x inheriting:x fdflags:x fd:U"),
    ROW(path_readlink, "fd:u path:s buf:p size:u used:U"),
    ROW(path_remove_directory, "fd:u path:s"),
    ROW(path_rename, "fd:u path:s to_fd:u to:s"),
    ROW(path_symlink, "target:s fd:u path:s"),
    ROW(path_unlink_file, "fd:u path:s"),
    ROW(poll_oneoff, "in:p out:p count:u events:U"),
    {"proc_exit", Bind<&proc_exit>::params, false, true, &Bind<&proc_exit>::call, "code:u"},
    ROW(proc_raise, "signal:u"),
    ROW(sched_yield, ""),
    ROW(random_get, "buf:p size:u"),
    {"sock_accept", Bind<&sock_accept>::params, true, false, &Bind<&sock_accept>::call,
     "fd:u flags:x fd:U"},
    ROW(sock_recv, "fd:u iovs:v flags:x size:U flags:p"),
    ROW(sock_send, "fd:u iovs:w flags:x size:U"),
    ROW(sock_shutdown, "fd:u how:x"),
};

#undef ROW

static_assert(sizeof table / sizeof *table == 46);

}  // namespace

std::span<const Function> functions() { return table; }

}  // namespace nacre::wasi
