// SPDX-License-Identifier: Apache-2.0
//
// What the processor can do beyond the floor of its instruction set. A CpuFeatures is a plain
// set: tests and cross compilation make their own, for example the floor with nothing added.
#pragma once

#include <cstdint>

namespace nacre::os {

// The architecture machine code must be made for to run here.
enum class CpuArch : uint8_t { other, x64, arm64 };

namespace cpu {
// x86-64. The floor is SSE4.1 with SSSE3.
inline constexpr uint32_t sse41 = 1 << 0;
inline constexpr uint32_t sse42 = 1 << 1;
inline constexpr uint32_t popcnt = 1 << 2;
inline constexpr uint32_t lzcnt = 1 << 3;
inline constexpr uint32_t bmi1 = 1 << 4;
inline constexpr uint32_t bmi2 = 1 << 5;
inline constexpr uint32_t avx = 1 << 6;  // usable: the system saves the upper halves
inline constexpr uint32_t avx2 = 1 << 7;
inline constexpr uint32_t fma = 1 << 8;
inline constexpr uint32_t movbe = 1 << 9;
// AArch64. The floor is ARMv8.0 with Advanced SIMD.
inline constexpr uint32_t lse = 1 << 16;
}  // namespace cpu

struct CpuFeatures {
  uint32_t bits = 0;
  constexpr bool has(uint32_t wanted) const { return (bits & wanted) == wanted; }
  constexpr CpuFeatures without(uint32_t unwanted) const { return {bits & ~unwanted}; }
};

// This machine's. Constant during a process; may be called from any thread.
CpuArch cpu_arch();
CpuFeatures cpu_features();

}  // namespace nacre::os
