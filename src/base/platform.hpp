// SPDX-License-Identifier: Apache-2.0
//
// The only ladder of preprocessor conditions: what compiler and machine this is.
// Everything else asks these macros and constants.
#pragma once

#include <bit>
#include <cstddef>

#if defined(__GNUC__) || defined(__clang__)
#define NACRE_INLINE inline __attribute__((always_inline))
#define NACRE_NOINLINE __attribute__((noinline))
#define NACRE_COLD __attribute__((noinline, cold))
#define NACRE_LIKELY(x) __builtin_expect(!!(x), 1)
#define NACRE_UNLIKELY(x) __builtin_expect(!!(x), 0)
#elif defined(_MSC_VER)
#define NACRE_INLINE __forceinline
#define NACRE_NOINLINE __declspec(noinline)
#define NACRE_COLD __declspec(noinline)
#define NACRE_LIKELY(x) (x)
#define NACRE_UNLIKELY(x) (x)
#else
#define NACRE_INLINE inline
#define NACRE_NOINLINE
#define NACRE_COLD
#define NACRE_LIKELY(x) (x)
#define NACRE_UNLIKELY(x) (x)
#endif

// Before a short loop over vector lanes: keep it a loop until the vectorizer has seen it.
#if defined(__clang__)
#define NACRE_KEEP_LOOP _Pragma("clang loop unroll(disable)")
#elif defined(__GNUC__)
#define NACRE_KEEP_LOOP _Pragma("GCC unroll 1")
#else
#define NACRE_KEEP_LOOP
#endif

#if defined(__SSE4_1__) || defined(__AVX__) || defined(__aarch64__) || defined(_M_ARM64)
#define NACRE_HOST_ROUNDS 1
#else
#define NACRE_HOST_ROUNDS 0
#endif

namespace nacre {

// Whether std::ceil and its family are single instructions (which also make NaNs quiet).
inline constexpr bool host_has_round_instructions = NACRE_HOST_ROUNDS != 0;

// A 128-bit unsigned integer where the compiler has one; never defined elsewhere.
#if defined(__SIZEOF_INT128__)
inline constexpr bool host_has_uint128 = true;
__extension__ typedef unsigned __int128 Uint128;
#else
inline constexpr bool host_has_uint128 = false;
struct Uint128;
#endif

inline constexpr bool host_is_little_endian = std::endian::native == std::endian::little;
inline constexpr bool host_is_64_bit = sizeof(void*) == 8;

}  // namespace nacre
