// SPDX-License-Identifier: Apache-2.0
#include "os/cpu.hpp"

#ifdef _MSC_VER
#include <intrin.h>
#else
#include <cpuid.h>
#endif

namespace nacre::os {
namespace {

struct Cpuid {
  uint32_t eax, ebx, ecx, edx;
};

#ifdef _MSC_VER
Cpuid cpuid(uint32_t leaf) {
  int r[4];
  __cpuidex(r, static_cast<int>(leaf), 0);
  return {static_cast<uint32_t>(r[0]), static_cast<uint32_t>(r[1]), static_cast<uint32_t>(r[2]),
          static_cast<uint32_t>(r[3])};
}
uint64_t enabled_state() { return _xgetbv(0); }
#else
Cpuid cpuid(uint32_t leaf) {
  Cpuid r{};
  __cpuid_count(leaf, 0, r.eax, r.ebx, r.ecx, r.edx);
  return r;
}
uint64_t enabled_state() {
  uint32_t low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
}
#endif

uint32_t feature(uint32_t word, unsigned bit, uint32_t name) { return word >> bit & 1 ? name : 0; }

// AVX counts only when the system has enabled saving its registers (state bits 1 and 2).
CpuFeatures detect() {
  const uint32_t leaves = cpuid(0).eax, extended = cpuid(0x80000000).eax;
  const Cpuid one = cpuid(1), none{};
  const Cpuid seven = leaves >= 7 ? cpuid(7) : none;
  const Cpuid more = extended >= 0x80000001 ? cpuid(0x80000001) : none;
  const bool ymm = (one.ecx >> 27 & 1) != 0 && (enabled_state() & 6) == 6;
  uint32_t bits = feature(one.ecx, 19, cpu::sse41) | feature(one.ecx, 20, cpu::sse42) |
                  feature(one.ecx, 23, cpu::popcnt) | feature(one.ecx, 22, cpu::movbe) |
                  feature(more.ecx, 5, cpu::lzcnt) | feature(seven.ebx, 3, cpu::bmi1) |
                  feature(seven.ebx, 8, cpu::bmi2);
  if (ymm && (one.ecx >> 28 & 1) != 0)
    bits |= cpu::avx | feature(seven.ebx, 5, cpu::avx2) | feature(one.ecx, 12, cpu::fma);
  return {bits};
}

}  // namespace

CpuArch cpu_arch() { return CpuArch::x64; }

CpuFeatures cpu_features() {
  static const CpuFeatures features = detect();
  return features;
}

}  // namespace nacre::os
