// SPDX-License-Identifier: Apache-2.0
//
// Programs that have signal handlers, threads and children of their own: guarded memories must trap
// as ever, and everything that is not a fault of guest code must reach whoever it belongs to.
#include "api_test.hpp"

#if !defined(_WIN32)
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <functional>
#include <thread>

#include "os/fault_handler.hpp"

namespace nacre::test {
namespace {

constexpr const char* guest = R"((module
  (import "env" "host" (func $host (param i32) (result i32)))
  (memory (export "m") 1)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32) (i64.store (local.get 0) (i64.const -1)))
  (func (export "divide") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (func $deep (export "recurse") (result i32) (i32.add (call $deep) (i32.const 1)))
  (func (export "through") (param i32 i32) (result i32)
    (i32.store (i32.const 0) (i32.const 77))
    (i32.add (call $host (local.get 0)) (i32.load (local.get 1))))
  (func (export "sum") (param i32) (result i32) (local i32)
    (loop (local.set 1 (i32.add (local.get 1) (i32.mul (local.get 0) (local.get 0))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1))))";

struct Guest : Fixture {
  explicit Guest(std::function<int32_t(int32_t)> host = {}, const Config& config = {})
      : Fixture(config) {
    linker.func("env", "host", [host](int32_t x) { return host ? host(x) : x; });
    instance = run(guest);
  }
  TrapCode trap(const char* name, int32_t x) {
    const auto r = instance.func(name)->call({Value(x)});
    return r ? TrapCode::none : trap_code(r.error());
  }
  // Whether everything that can trap traps as it should.
  bool behaves() {
    return trap("load", 65536) == TrapCode::memory_out_of_bounds &&
           trap("load", -4) == TrapCode::memory_out_of_bounds &&
           trap("store", 65530) == TrapCode::memory_out_of_bounds &&
           trap("divide", 0) == TrapCode::integer_divide_by_zero &&
           trap("load", 65532) == TrapCode::none &&
           trap_code(instance.func("recurse")->call({}).error()) == TrapCode::stack_exhausted;
  }
  Instance instance;
};

// --- the embedder's handler

std::atomic<int> seen{0};
void* volatile seen_address;
sigjmp_buf escape;
volatile bool expected = false;  // that `escape` is set
void* volatile lazy_page;        // made accessible by the handler, as a garbage collector would
struct sigaction chained;        // what a later handler found installed
size_t page_bytes() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

void on_fault(int signal_number, siginfo_t* info, void* context) {
  auto* const address = static_cast<char*>(info->si_addr);
  auto* const lazy = static_cast<char*>(lazy_page);
  if (lazy != nullptr && address >= lazy && address < lazy + page_bytes()) {
    ++seen;
    mprotect(lazy, page_bytes(), PROT_READ | PROT_WRITE);
    return;
  }
  if (chained.sa_sigaction != nullptr && (chained.sa_flags & SA_SIGINFO) != 0) {
    chained.sa_sigaction(signal_number, info, context);
    return;
  }
  ++seen;
  seen_address = info->si_addr;
  if (expected) siglongjmp(escape, 1);
  signal(signal_number, SIG_DFL);
}

void install(struct sigaction* before) {
  struct sigaction a {};
  a.sa_sigaction = on_fault;
  a.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&a.sa_mask);
  sigaction(SIGSEGV, &a, before);
}

void* new_lazy_page() {
  void* const p = mmap(nullptr, page_bytes(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  lazy_page = p;
  return p;
}

void touch_nothing() {
  volatile uintptr_t where = 0x18;
  *reinterpret_cast<volatile int*>(where) = 1;
}

template <class F>
void escaping(F body) {
  expected = true;
  if (sigsetjmp(escape, 1) == 0) body();
  expected = false;
}

class Embedder : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const Result<void> usable = Engine({.engine = EngineKind::baseline}).check(); !usable)
      GTEST_SKIP() << usable.error().message;
    if (!os::faults_supported()) GTEST_SKIP() << "faults are not caught here";
    sigaction(SIGSEGV, nullptr, &before_);
    seen = 0;
    lazy_page = nullptr;
    chained = {};
  }
  void TearDown() override { sigaction(SIGSEGV, &before_, nullptr); }
  struct sigaction before_ {};
};

template <class F>
int in_child(F body) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

TEST_F(Embedder, HandlerInstalledBefore) {
  install(nullptr);
  {
    Guest g;
    ASSERT_TRUE(g.behaves());
    EXPECT_EQ(seen, 0);
    escaping(touch_nothing);
    EXPECT_EQ(seen, 1);
    EXPECT_EQ(seen_address, reinterpret_cast<void*>(0x18));
    EXPECT_TRUE(g.behaves());
    EXPECT_EQ(seen, 1);
  }
  struct sigaction now {};
  sigaction(SIGSEGV, nullptr, &now);
  EXPECT_EQ(now.sa_sigaction, on_fault);
}

TEST_F(Embedder, HandlerInstalledAfter) {
  Guest g;
  ASSERT_TRUE(g.behaves());
  install(&chained);
  EXPECT_TRUE(g.behaves());
  EXPECT_EQ(seen, 0);
  auto* const p = static_cast<volatile char*>(new_lazy_page());
  *p = 1;
  EXPECT_EQ(seen, 1);
  EXPECT_TRUE(g.behaves());
  munmap(const_cast<char*>(p), page_bytes());
  sigaction(SIGSEGV, &chained, nullptr);  // as it was found
}

// A page that the embedder's handler makes accessible while guest code is below it on the stack.
TEST_F(Embedder, FaultsInHostCodeAreTheEmbedders) {
  install(nullptr);
  Guest g([](int32_t x) {
    *static_cast<volatile int32_t*>(lazy_page) = x;
    return *static_cast<volatile int32_t*>(lazy_page) + 1;
  });
  for (int32_t n = 0; n < 50; ++n) {
    seen = 0;
    void* const p = new_lazy_page();
    const auto r = g.instance.func("through")->call({Value(n), Value(0)});
    ASSERT_TRUE(r) << r.error().message;
    EXPECT_EQ((*r)[0].i32(), n + 1 + 77);
    EXPECT_EQ(seen, 1);
    // The next fault is the guest's.
    const auto t = g.instance.func("through")->call({Value(n), Value(65536)});
    ASSERT_FALSE(t);
    EXPECT_EQ(trap_code(t.error()), TrapCode::memory_out_of_bounds);
    ASSERT_EQ(t.error().backtrace.size(), 1u);
    EXPECT_EQ(seen, 1);
    munmap(p, page_bytes());
  }
  lazy_page = nullptr;
}

// The host reads beyond a guest's memory by itself: its own mistake.
TEST_F(Embedder, HostAccessesToGuardPagesAreFaults) {
  install(nullptr);
  Guest g;
  volatile uint8_t* const beyond = g.instance.memory("m")->bytes().data() + 65536;
  escaping([&] { static_cast<void>(*beyond); });
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(seen_address, const_cast<uint8_t*>(beyond));
  EXPECT_TRUE(g.behaves());
}

TEST_F(Embedder, FaultsInHostCodeKillWithoutAHandler) {
  signal(SIGSEGV, SIG_DFL);
  Guest g([](int32_t x) {
    touch_nothing();
    return x;
  });
  EXPECT_TRUE(g.behaves());
  const int status = in_child([&] {
    static_cast<void>(g.instance.func("through")->call({Value(1), Value(0)}));
    _exit(9);
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
  EXPECT_TRUE(g.behaves());
}

// With and without an alternate stack of its own, on stacks of several sizes.
TEST_F(Embedder, ThreadsOfTheHost) {
  install(nullptr);
  const Engine engine;
  const Module module = compile(engine, guest);
  struct Job {
    const Engine* engine;
    const Module* module;
    bool own_stack;
    int good;
  };
  const auto body = [](void* p) -> void* {
    Job& job = *static_cast<Job*>(p);
    std::vector<char> own(64 << 10);
    if (job.own_stack) {
      stack_t s = {};
      s.ss_sp = own.data();
      s.ss_size = own.size();
      sigaltstack(&s, nullptr);
    }
    for (int n = 0; n < 20; ++n) {
      Linker linker(*job.engine);
      linker.func("env", "host", [](int32_t x) { return x; });
      Store store(*job.engine);
      const Instance i = linker.instantiate(store, *job.module).value();
      const auto trap = [&](const char* name, std::vector<Value> args) {
        const auto r = i.func(name)->call(args);
        return r ? TrapCode::none : trap_code(r.error());
      };
      job.good += trap("load", {Value(65533)}) == TrapCode::memory_out_of_bounds &&
                  trap("recurse", {}) == TrapCode::stack_exhausted &&
                  trap("through", {Value(1), Value(-1)}) == TrapCode::memory_out_of_bounds &&
                  trap("load", {Value(0)}) == TrapCode::none;
    }
    if (job.own_stack) {
      stack_t now = {};
      sigaltstack(nullptr, &now);
      job.good += now.ss_sp == own.data();
      now.ss_flags = SS_DISABLE;
      sigaltstack(&now, nullptr);
    }
    return nullptr;
  };
  for (const size_t bytes : {size_t{256} << 10, size_t{1} << 20, size_t{8} << 20})
    for (const bool own_stack : {false, true}) {
      Job jobs[3];
      pthread_t threads[3];
      pthread_attr_t attr;
      pthread_attr_init(&attr);
      ASSERT_EQ(pthread_attr_setstacksize(&attr, bytes), 0);
      for (int t = 0; t < 3; ++t) {
        jobs[t] = {&engine, &module, own_stack, 0};
        ASSERT_EQ(pthread_create(&threads[t], &attr, body, &jobs[t]), 0);
      }
      for (int t = 0; t < 3; ++t) {
        pthread_join(threads[t], nullptr);
        EXPECT_EQ(jobs[t].good, 20 + own_stack) << bytes;
      }
      pthread_attr_destroy(&attr);
    }
  EXPECT_EQ(seen, 0);
}

// A child goes on with its parent's instances, makes its own, and has children itself.
TEST_F(Embedder, Forks) {
  install(nullptr);
  Guest g;
  ASSERT_TRUE(g.behaves());
  const int status = in_child([&] {
    if (!g.behaves()) _exit(1);
    Guest own;
    if (!own.behaves()) _exit(2);
    if (in_child([&] {
          if (!g.behaves() || !own.behaves()) _exit(1);
          Guest more;
          if (!more.behaves()) _exit(2);
        }) != 0)
      _exit(3);
    escaping(touch_nothing);
    if (seen != 1) _exit(4);
    std::thread([&] {
      Guest there;
      if (!there.behaves()) _exit(5);
    }).join();
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(g.behaves());
}

// Forks while other threads compile, run and trap.
TEST_F(Embedder, ForksWhileThreadsRun) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer's own locks stay locked in a child of several threads";
#endif
  std::atomic<bool> stop{false};
  std::atomic<int> bad{0};
  std::thread other([&] {
    while (!stop) {
      Guest g;
      if (!g.behaves()) ++bad;
    }
  });
  Guest g;
  for (int n = 0; n < 20; ++n)
    EXPECT_EQ(in_child([&] {
                // Only what was made before is used: other threads' locks may be held for ever.
                if (!g.behaves()) _exit(1);
              }),
              0);
  stop = true;
  other.join();
  EXPECT_EQ(bad, 0);
}

// Signals of other kinds arrive at any instruction; guest code keeps nothing below its stack
// pointer.
std::atomic<int> ticks{0};
TEST_F(Embedder, TimersInterruptGuestCode) {
  struct sigaction a {
  }, old{};
  a.sa_handler = [](int) {
    volatile char use[4096];
    std::memset(const_cast<char*>(use), 0x5a, sizeof use);
    ++ticks;
  };
  sigemptyset(&a.sa_mask);
  ASSERT_EQ(sigaction(SIGALRM, &a, &old), 0);
  Guest g;
  const uint32_t sum =
      static_cast<uint32_t>((*g.instance.func("sum")->call({Value(3'000'000)}))[0].u32());
  itimerval every = {{0, 300}, {0, 300}};
  setitimer(ITIMER_REAL, &every, nullptr);
  for (int n = 0; n < 200 && ticks < 50; ++n) {
    EXPECT_EQ((*g.instance.func("sum")->call({Value(3'000'000)}))[0].u32(), sum);
    ASSERT_TRUE(g.behaves());
  }
  every = {};
  setitimer(ITIMER_REAL, &every, nullptr);
  sigaction(SIGALRM, &old, nullptr);
  EXPECT_GE(ticks, 50);
}

// Signals that are sent, not caused, are nobody's trap, even while guest code runs.
TEST_F(Embedder, SentSignalsAreNotTraps) {
  static std::atomic<int> sent{0};
  struct sigaction a {};
  a.sa_handler = [](int) { ++sent; };
  sigemptyset(&a.sa_mask);
  sigaction(SIGSEGV, &a, nullptr);
  Guest g([](int32_t x) {
    raise(SIGSEGV);
    return x;
  });
  for (int n = 0; n < 10; ++n)
    EXPECT_EQ((*g.instance.func("through")->call({Value(5), Value(0)}))[0].i32(), 82);
  EXPECT_EQ(sent, 10);
  EXPECT_TRUE(g.behaves());
}

uint64_t resident_bytes() {
  unsigned long total = 0, pages = 0;
  std::FILE* const f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr) return 0;
  if (std::fscanf(f, "%lu %lu", &total, &pages) != 2) pages = 0;
  std::fclose(f);
  return pages * page_bytes();
}

// By fault, by stub, by an exhausted stack and in a host function.
TEST_F(Embedder, ManyTrapsLeaveMemoryFlat) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer keeps what is freed for a while";
#endif
  Guest g({}, {.max_stack = 64 << 10});
  Linker linker(g.engine);
  linker.func("env", "host", [](int32_t) -> Result<int32_t> { return nacre::trap("no"); });
  const Instance failing = linker.instantiate(g.store, compile(g.engine, guest)).value();
  const auto load = g.instance.func<int32_t(int32_t)>("load").value(),
             divide = g.instance.func<int32_t(int32_t)>("divide").value();
  const auto recurse = g.instance.func<int32_t()>("recurse").value();
  const auto through = failing.func<int32_t(int32_t, int32_t)>("through").value();
  const auto traps = [&](int n) {
    for (int i = 0; i < n; ++i) {
      ASSERT_FALSE(load(65533));
      ASSERT_FALSE(divide(0));
      ASSERT_FALSE(through(1, 2));
      if (i % 64 == 0) {
        ASSERT_FALSE(recurse());
      }
    }
  };
  traps(1000);
  const uint64_t before = resident_bytes();
  if (before == 0) GTEST_SKIP() << "nobody says how much memory is resident";
  traps(100'000);
  EXPECT_LT(resident_bytes(), before + (1 << 20));
}

}  // namespace
}  // namespace nacre::test
#endif
