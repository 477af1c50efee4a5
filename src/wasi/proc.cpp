// SPDX-License-Identifier: Apache-2.0
#include "wasi/call.hpp"

#include "os/threads.hpp"

namespace nacre::wasi {
namespace {

// The specification's signals, in order; those a program survives by default are marked.
struct Signal {
  const char* name;
  bool ends;
};
constexpr Signal signals[] = {
    {"none", false},    {"SIGHUP", true},    {"SIGINT", true},   {"SIGQUIT", true},
    {"SIGILL", true},   {"SIGTRAP", true},   {"SIGABRT", true},  {"SIGBUS", true},
    {"SIGFPE", true},   {"SIGKILL", true},   {"SIGUSR1", true},  {"SIGSEGV", true},
    {"SIGUSR2", true},  {"SIGPIPE", true},   {"SIGALRM", true},  {"SIGTERM", true},
    {"SIGCHLD", false}, {"SIGCONT", false},  {"SIGSTOP", false}, {"SIGTSTP", false},
    {"SIGTTIN", false}, {"SIGTTOU", false},  {"SIGURG", false},  {"SIGXCPU", true},
    {"SIGXFSZ", true},  {"SIGVTALRM", true}, {"SIGPROF", true},  {"SIGWINCH", false},
    {"SIGPOLL", true},  {"SIGPWR", true},    {"SIGSYS", true},
};

}  // namespace

Errno proc_exit(Call& c, uint32_t code) {
  c.exited = true;
  c.exit_code = code;
  return Errno::success;
}

// Without handlers to run, a signal does what it does by default: end the program or nothing.
// The host process is never signalled.
Errno proc_raise(Call& c, uint32_t signal) {
  if (signal >= sizeof signals / sizeof *signals) return Errno::inval;
  if (signals[signal].ends) c.failure = signals[signal].name;
  return Errno::success;
}

Errno sched_yield(Call&) {
  os::yield_thread();
  return Errno::success;
}

}  // namespace nacre::wasi
