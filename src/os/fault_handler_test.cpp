// SPDX-License-Identifier: Apache-2.0
//
// The registry, and above all that faults which are not ours behave as if we were not there. The
// machine code is a few bytes of x86-64 made by hand: a load from the first argument.
#include "os/fault_handler.hpp"

#include <gtest/gtest.h>

#include "os/code_memory.hpp"
#include "os/cpu.hpp"

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#if !defined(_WIN32)
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nacre::os {
namespace {

// load(p): reads *p; resumed at `resume`, returns the fault's address.
//   0: 48 8b 07  mov rax, [rdi];  3: c3  ret;  4: 48 89 d0  mov rax, rdx;  7: c3
constexpr uint8_t machine_code[] = {0x48, 0x8b, 0x07, 0xc3, 0x48, 0x89, 0xd0, 0xc3};
constexpr uintptr_t resume = 4;
using Load = uint64_t (*)(const void*);

uintptr_t claim_load(const void* owner, uintptr_t pc) {
  const auto base = reinterpret_cast<uintptr_t>(owner);
  return pc == base ? base + resume : 0;
}

class Code {
 public:
  Code() {
    memory_.allocate(sizeof machine_code);
    std::memcpy(memory_.data(), machine_code, sizeof machine_code);
    memory_.seal();
  }
  uintptr_t begin() const { return reinterpret_cast<uintptr_t>(memory_.data()); }
  bool add(bool claims = true) const {
    return register_code(
        {begin(), begin() + sizeof machine_code, memory_.data(), claims ? claim_load : nullptr});
  }
  void remove() const { unregister_code(begin()); }
  uint64_t load(uintptr_t address) const {
    return reinterpret_cast<Load>(begin())(reinterpret_cast<const void*>(address));
  }

 private:
  CodeMemory memory_;
};

constexpr uintptr_t bad = 0x10;  // nothing is ever mapped there

class FaultHandler : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!faults_supported() || cpu_arch() != CpuArch::x64)
      GTEST_SKIP() << "faults are not caught here, or code of another processor";
    sigaction(SIGSEGV, nullptr, &before_);
  }
  void TearDown() override { sigaction(SIGSEGV, &before_, nullptr); }
  struct sigaction before_ {};
};

sigjmp_buf escape;
std::atomic<int> seen{0};
void* seen_address;
bool seen_usr1_blocked;

void embedder(int, siginfo_t* info, void*) {
  ++seen;
  seen_address = info->si_addr;
  sigset_t now;
  sigprocmask(SIG_SETMASK, nullptr, &now);
  seen_usr1_blocked = sigismember(&now, SIGUSR1) == 1;
  siglongjmp(escape, 1);
}

void use_embedder(int flags = 0) {
  struct sigaction a {};
  a.sa_sigaction = embedder;
  a.sa_flags = SA_SIGINFO | flags;
  sigemptyset(&a.sa_mask);
  sigaddset(&a.sa_mask, SIGUSR1);
  sigaction(SIGSEGV, &a, nullptr);
  seen = 0;
}

bool current_is_embedder() {
  struct sigaction now {};
  sigaction(SIGSEGV, nullptr, &now);
  return now.sa_sigaction == embedder;
}

void fault_here() {
  volatile uintptr_t where = bad + 4;  // so that the compiler does not see the address
  volatile const int* p = reinterpret_cast<volatile const int*>(where);
  static_cast<void>(*p);
}

// Runs `body` in a child process; its wait status.
template <typename F>
int in_child(F body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

TEST_F(FaultHandler, FindsRegisteredCode) {
  const Code a, b;
  CodeRange r;
  EXPECT_FALSE(find_code(a.begin(), r));
  ASSERT_TRUE(a.add(false));
  ASSERT_TRUE(b.add(false));
  ASSERT_TRUE(find_code(a.begin() + 3, r));
  EXPECT_EQ(r.begin, a.begin());
  ASSERT_TRUE(find_code(b.begin(), r));
  EXPECT_EQ(r.begin, b.begin());
  EXPECT_FALSE(find_code(a.begin() + sizeof machine_code, r));
  EXPECT_FALSE(find_code(a.begin() - 1, r));
  a.remove();
  EXPECT_FALSE(find_code(a.begin(), r));
  EXPECT_TRUE(find_code(b.begin(), r));
  b.remove();
}

TEST_F(FaultHandler, ClaimsAndResumes) {
  const Code code;
  ASSERT_TRUE(code.add());
  const uint64_t value = 42;
  EXPECT_EQ(code.load(reinterpret_cast<uintptr_t>(&value)), 42u);
  for (uintptr_t i = 0; i < 1000; ++i) ASSERT_EQ(code.load(bad + i), bad + i);
  code.remove();
}

TEST_F(FaultHandler, HostFaultsReachTheEmbedder) {
  use_embedder();
  const Code code;
  ASSERT_TRUE(code.add());
  EXPECT_FALSE(current_is_embedder());
  if (sigsetjmp(escape, 1) == 0) fault_here();
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(seen_address, reinterpret_cast<void*>(bad + 4));
  EXPECT_TRUE(seen_usr1_blocked);
  EXPECT_EQ(code.load(bad), bad);  // ours still are ours
  EXPECT_EQ(seen, 1);
  code.remove();
  EXPECT_TRUE(current_is_embedder());
}

TEST_F(FaultHandler, FaultsAtUnknownPlacesInCodeAreNotOurs) {
  use_embedder();
  const Code code;
  const auto refuse = [](const void*, uintptr_t) { return uintptr_t{0}; };
  ASSERT_TRUE(register_code({code.begin(), code.begin() + 4, nullptr, refuse}));
  if (sigsetjmp(escape, 1) == 0) code.load(bad);
  EXPECT_EQ(seen, 1);
  code.remove();
}

TEST_F(FaultHandler, LaterHandlersStay) {
  const Code code;
  ASSERT_TRUE(code.add());
  struct sigaction ours {};
  sigaction(SIGSEGV, nullptr, &ours);
  use_embedder();
  code.remove();  // must not take away what the embedder installed since
  EXPECT_TRUE(current_is_embedder());
  sigaction(SIGSEGV, &ours, nullptr);  // as it was; the next removal takes it out
  ASSERT_TRUE(code.add());
  EXPECT_EQ(code.load(bad), bad);
  code.remove();
  struct sigaction now {};
  sigaction(SIGSEGV, nullptr, &now);
  EXPECT_EQ(now.sa_handler, before_.sa_handler);
}

// A later handler that is taken away without bringing ours back.
TEST_F(FaultHandler, IsInstalledAgainWhereNoHandlerIsLeft) {
  signal(SIGSEGV, SIG_DFL);
  const Code code;
  ASSERT_TRUE(code.add());
  use_embedder();
  code.remove();
  EXPECT_TRUE(current_is_embedder());
  signal(SIGSEGV, SIG_DFL);
  ASSERT_TRUE(code.add());
  EXPECT_EQ(code.load(bad), bad);
  code.remove();
  struct sigaction now {};
  sigaction(SIGSEGV, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST_F(FaultHandler, OneShotHandlersRunOnce) {
  const int status = in_child([] {
    use_embedder(static_cast<int>(SA_RESETHAND));
    const Code code;
    if (!code.add()) _exit(1);
    if (sigsetjmp(escape, 1) == 0) fault_here();
    if (seen != 1) _exit(2);
    fault_here();
    _exit(3);
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

TEST_F(FaultHandler, TheDefaultActionKills) {
  const auto killed_by = [](int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; };
  signal(SIGSEGV, SIG_DFL);
  const auto fpe_before = signal(SIGFPE, SIG_DFL);
  const Code code;
  ASSERT_TRUE(code.add());
  EXPECT_EQ(killed_by(in_child(fault_here)), SIGSEGV);
  EXPECT_EQ(killed_by(in_child([] { raise(SIGSEGV); })), SIGSEGV);
  EXPECT_EQ(killed_by(in_child([] { raise(SIGFPE); })), SIGFPE);
  code.remove();
  signal(SIGFPE, fpe_before);
}

TEST_F(FaultHandler, IgnoredSignalsStayIgnored) {
  signal(SIGSEGV, SIG_IGN);
  const Code code;
  ASSERT_TRUE(code.add());
  EXPECT_EQ(in_child([] { raise(SIGSEGV); }), 0);
  EXPECT_TRUE(WIFSIGNALED(in_child(fault_here)));
  code.remove();
}

TEST_F(FaultHandler, SurvivesFork) {
  const Code code;
  ASSERT_TRUE(code.add());
  const int status = in_child([&] {
    const Code more;
    if (code.load(bad) != bad || !more.add() || more.load(bad) != bad) _exit(1);
    more.remove();
  });
  EXPECT_EQ(status, 0);
  code.remove();
}

TEST_F(FaultHandler, ThreadsFaultAndRegister) {
  const Code shared;
  ASSERT_TRUE(shared.add());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      ensure_signal_stack();
      stack_t now = {};
      sigaltstack(nullptr, &now);
      if ((now.ss_flags & SS_DISABLE) != 0) ++wrong;
      for (int i = 0; i < 200; ++i) {
        const Code own;
        if (!own.add() || own.load(bad) != bad || shared.load(bad + 1) != bad + 1) ++wrong;
        own.remove();
      }
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
  shared.remove();
}

TEST_F(FaultHandler, AThreadsOwnSignalStackStays) {
  std::thread([] {
    static char own[1 << 16];
    stack_t mine = {}, before = {}, now = {};
    mine.ss_sp = own;
    mine.ss_size = sizeof own;
    sigaltstack(&mine, &before);
    ensure_signal_stack();
    sigaltstack(nullptr, &now);
    EXPECT_EQ(now.ss_sp, own);
    sigaltstack(&before, nullptr);
  }).join();
}

}  // namespace
}  // namespace nacre::os
#endif
