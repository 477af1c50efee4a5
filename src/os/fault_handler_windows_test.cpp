// SPDX-License-Identifier: Apache-2.0
//
// Faults on Windows: claimed ones resume, all others reach the embedder's own handler. The machine
// code is a few bytes of x86-64 made by hand.
#include <gtest/gtest.h>
#include <windows.h>

#include <cstring>
#include <thread>

#include "os/code_memory.hpp"
#include "os/cpu.hpp"
#include "os/fault_handler.hpp"

namespace nacre::os {
namespace {

// load(p): reads *p; resumed at `resume`, returns the fault's address.
//   0: 48 8b 01  mov rax, [rcx];  3: c3  ret;  4: 48 89 d0  mov rax, rdx;  7: c3
constexpr uint8_t machine_code[] = {0x48, 0x8b, 0x01, 0xc3, 0x48, 0x89, 0xd0, 0xc3};
constexpr uintptr_t resume = 4, bad = 0x10;
using Load = uint64_t (*)(uintptr_t);

uintptr_t claim_load(const void* owner, uintptr_t pc) {
  const auto base = reinterpret_cast<uintptr_t>(owner);
  return pc == base ? base + resume : 0;
}

// What an embedder does about a fault in the same code: goes on at `resume` with a mark.
int seen = 0;
LONG CALLBACK embedder(EXCEPTION_POINTERS* e) {
  if (e->ExceptionRecord->ExceptionCode != EXCEPTION_ACCESS_VIOLATION)
    return EXCEPTION_CONTINUE_SEARCH;
  ++seen;
#if defined(__x86_64__) || defined(_M_X64)
  e->ContextRecord->Rip += resume;
  e->ContextRecord->Rdx = 4711;
#endif
  return EXCEPTION_CONTINUE_EXECUTION;
}

TEST(FaultHandler, ClaimsWhatIsOursAndPassesOnTheRest) {
  if (!faults_supported() || cpu_arch() != CpuArch::x64)
    GTEST_SKIP() << "faults are not caught here, or code of another processor";
  CodeMemory memory;
  ASSERT_TRUE(memory.allocate(sizeof machine_code));
  std::memcpy(memory.data(), machine_code, sizeof machine_code);
  ASSERT_TRUE(memory.seal());
  const auto begin = reinterpret_cast<uintptr_t>(memory.data());
  const auto load = reinterpret_cast<Load>(begin);
  const uint64_t word = 77;
  void* const other = AddVectoredExceptionHandler(0, embedder);
  for (int i = 0; i < 3; ++i) {
    seen = 0;
    ASSERT_TRUE(register_code({begin, begin + sizeof machine_code, memory.data(), claim_load}));
    EXPECT_EQ(load(reinterpret_cast<uintptr_t>(&word)), 77u);
    EXPECT_EQ(load(bad), bad);
    std::thread([&] { EXPECT_EQ(load(bad + 8), bad + 8); }).join();
    EXPECT_EQ(seen, 0);
    unregister_code(begin);
    EXPECT_EQ(load(bad), 4711u);  // nobody's any more
    ASSERT_TRUE(register_code({begin, begin + sizeof machine_code, memory.data(), nullptr}));
    EXPECT_EQ(load(bad), 4711u);  // found, but it wants no faults
    EXPECT_EQ(seen, 2);
    unregister_code(begin);
  }
  RemoveVectoredExceptionHandler(other);
}

}  // namespace
}  // namespace nacre::os
