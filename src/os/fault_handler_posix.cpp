// SPDX-License-Identifier: Apache-2.0
//
// The signal handler. What is not ours must reach the previous handler as if this one had never
// been installed: with its signal mask, its one-shot flag, and with the default action carried
// out by the kernel on the original fault, so that core dumps show the right place.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "base/platform.hpp"
#include "os/fault_handler.hpp"
#include "os/fault_signals.hpp"
#include "os/pages.hpp"

#if NACRE_SIGNAL_CONTEXT
#include <ucontext.h>
#endif

namespace nacre::os {
namespace {

constexpr int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
constexpr size_t num_signals = sizeof signals / sizeof *signals;
constexpr size_t signal_stack_bytes = 64 * 1024;

// What handled the signal before. Written before the handler can run and constant while it is
// installed, but for one-shot handlers.
struct Previous {
  struct sigaction action;
  bool installed = false;
  std::atomic<bool> spent{false};  // its SA_RESETHAND handler has run
};
Previous previous[num_signals];

size_t index_of(int signal) {
  size_t i = 0;
  while (i + 1 < num_signals && signals[i] != signal) ++i;
  return i;
}

// Sent by a process rather than caused by an instruction: returning would not bring it back.
bool was_sent(const siginfo_t* info) { return info->si_code <= 0; }

void default_action(int signal, const siginfo_t* info) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
  if (was_sent(info)) raise(signal);
}

void chain(int signal, siginfo_t* info, void* context) {
  Previous& p = previous[index_of(signal)];
  const struct sigaction& a = p.action;
  const bool with_info = (a.sa_flags & SA_SIGINFO) != 0;
  if (!with_info && a.sa_handler == SIG_IGN && was_sent(info)) return;
  const bool plain_default = !with_info && (a.sa_handler == SIG_DFL || a.sa_handler == SIG_IGN);
  if (plain_default || p.spent.load(std::memory_order_relaxed)) {
    default_action(signal, info);
    return;
  }
  if ((a.sa_flags & SA_RESETHAND) != 0) p.spent.store(true, std::memory_order_relaxed);
  sigset_t add = a.sa_mask;
  sigset_t old;
  pthread_sigmask(SIG_BLOCK, &add, &old);
  if ((a.sa_flags & SA_NODEFER) != 0) {
    sigset_t self;
    sigemptyset(&self);
    sigaddset(&self, signal);
    pthread_sigmask(SIG_UNBLOCK, &self, nullptr);
  }
  if (with_info) a.sa_sigaction(signal, info, context);
  else a.sa_handler(signal);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

void on_fault(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
#if NACRE_SIGNAL_CONTEXT
  auto* const c = static_cast<ucontext_t*>(context);
  const auto pc = static_cast<uintptr_t>(NACRE_SIGNAL_PC(c));
  CodeRange range;
  if (!was_sent(info) && find_code(pc, range) && range.claim != nullptr) {
    if (const uintptr_t to = range.claim(range.owner, pc)) {
      const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
      NACRE_SIGNAL_PC(c) = static_cast<decltype(+NACRE_SIGNAL_PC(c))>(to);
      NACRE_SIGNAL_FIRST(c) = static_cast<decltype(+NACRE_SIGNAL_FIRST(c))>(pc);
      NACRE_SIGNAL_SECOND(c) = static_cast<decltype(+NACRE_SIGNAL_SECOND(c))>(address);
      return;
    }
  }
#endif
  chain(signal, info, context);
  errno = saved_errno;
}

bool is_ours(const struct sigaction& a) {
  return (a.sa_flags & SA_SIGINFO) != 0 && a.sa_sigaction == on_fault;
}

// The calling thread's alternate stack, given back when the thread ends.
class SignalStack {
 public:
  SignalStack() {
    stack_t now = {};
    if (sigaltstack(nullptr, &now) != 0 || (now.ss_flags & SS_DISABLE) == 0) return;
    memory_ = allocate_pages(signal_stack_bytes);
    if (memory_ == nullptr) return;
    stack_t ours = {};
    ours.ss_sp = memory_;
    ours.ss_size = signal_stack_bytes;
    if (sigaltstack(&ours, nullptr) == 0) return;
    release_pages(memory_, signal_stack_bytes);
    memory_ = nullptr;
  }
  ~SignalStack() {
    if (memory_ == nullptr) return;
    stack_t now = {};
    if (sigaltstack(nullptr, &now) == 0 && now.ss_sp == memory_) {
      stack_t off = {};
      off.ss_flags = SS_DISABLE;
      off.ss_size = signal_stack_bytes;
      if (sigaltstack(&off, nullptr) != 0) return;
    }
    release_pages(memory_, signal_stack_bytes);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  void* memory_ = nullptr;
};

// One that could not be removed, because somebody has since installed a handler that may chain to
// it, counts as installed: a second time it would become its own predecessor. But where there is no
// handler at all any more, nobody chains.
bool still_reached(int signal) {
  struct sigaction now = {};
  if (sigaction(signal, nullptr, &now) != 0) return false;
  return (now.sa_flags & SA_SIGINFO) != 0 ||
         (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN);
}

}  // namespace

bool fault_signals_supported() { return NACRE_SIGNAL_CONTEXT != 0; }

bool install_fault_signals() {
  if (!fault_signals_supported()) return false;
  struct sigaction action = {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < num_signals; ++i) {
    Previous& p = previous[i];
    if (p.installed && still_reached(signals[i])) continue;
    p.spent.store(false, std::memory_order_relaxed);
    if (sigaction(signals[i], nullptr, &p.action) != 0 ||
        sigaction(signals[i], &action, nullptr) != 0) {
      remove_fault_signals();
      return false;
    }
    p.installed = true;
  }
  return true;
}

void remove_fault_signals() {
  for (size_t i = 0; i < num_signals; ++i) {
    Previous& p = previous[i];
    struct sigaction now = {};
    if (!p.installed || sigaction(signals[i], nullptr, &now) != 0 || !is_ours(now)) continue;
    struct sigaction restored = p.action;
    if (p.spent.load(std::memory_order_relaxed)) {
      restored = {};
      restored.sa_handler = SIG_DFL;
    }
    p.installed = sigaction(signals[i], &restored, nullptr) != 0;
  }
}

void hold_across_fork(void (*lock)(), void (*unlock)()) { pthread_atfork(lock, unlock, unlock); }

void ensure_signal_stack() {
  static thread_local const SignalStack stack;
  static_cast<void>(stack);
}

}  // namespace nacre::os
