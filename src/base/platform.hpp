// SPDX-License-Identifier: Apache-2.0
//
// The only ladder of preprocessor conditions: what compiler and machine this is.
// Everything else asks these macros and constants.
#pragma once

#include <bit>
#include <cstddef>

// Instrumented code is several times larger, and inlining all of an engine into one function then
// takes compilers minutes. Tests whose speed does not matter may ask for the same.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NACRE_PLAIN_INLINE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NACRE_PLAIN_INLINE 1
#endif
#endif

#if defined(__GNUC__) || defined(__clang__)
#if defined(NACRE_PLAIN_INLINE)
#define NACRE_INLINE inline
#else
#define NACRE_INLINE inline __attribute__((always_inline))
#endif
#define NACRE_NOINLINE __attribute__((noinline))
#define NACRE_COLD __attribute__((noinline, cold))
#define NACRE_FRAME_ADDRESS __builtin_frame_address(0)
#define NACRE_LIKELY(x) __builtin_expect(!!(x), 1)
#define NACRE_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define NACRE_PREFETCH(p) __builtin_prefetch(p)
#elif defined(_MSC_VER)
extern "C" void* _AddressOfReturnAddress(void);
#define NACRE_INLINE __forceinline
#define NACRE_NOINLINE __declspec(noinline)
#define NACRE_COLD __declspec(noinline)
#define NACRE_FRAME_ADDRESS _AddressOfReturnAddress()
#define NACRE_LIKELY(x) (x)
#define NACRE_UNLIKELY(x) (x)
#define NACRE_PREFETCH(p) static_cast<void>(p)
#else
#define NACRE_INLINE inline
#define NACRE_NOINLINE
#define NACRE_COLD
#define NACRE_FRAME_ADDRESS nullptr
#define NACRE_LIKELY(x) (x)
#define NACRE_UNLIKELY(x) (x)
#define NACRE_PREFETCH(p) static_cast<void>(p)
#endif

// NACRE_FRAME_ADDRESS: where the function's frame is, about; null where the compiler cannot tell.

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

// MinGW's sqrt, where it is called and not compiled inline, computes on the x87 stack: it rounds
// twice and leaves signalling NaNs as they are.
#if defined(__MINGW32__) && defined(__SSE2__)
#define NACRE_SQRT_BY_SSE 1
#else
#define NACRE_SQRT_BY_SSE 0
#endif

#if defined(_WIN32)
#define NACRE_HOST_WINDOWS 1
#else
#define NACRE_HOST_WINDOWS 0
#endif

// Registers in the context that a POSIX signal handler or a Windows exception handler is given: the
// program counter, and two that machine code may lose at a fault (os/fault_handler.hpp).
#if defined(__linux__) && defined(__x86_64__) && defined(__LP64__)
#define NACRE_SIGNAL_CONTEXT 1
#define NACRE_SIGNAL_PC(c) (c)->uc_mcontext.gregs[16]
#define NACRE_SIGNAL_FIRST(c) (c)->uc_mcontext.gregs[13]
#define NACRE_SIGNAL_SECOND(c) (c)->uc_mcontext.gregs[12]
#elif defined(__APPLE__) && defined(__x86_64__)
#define NACRE_SIGNAL_CONTEXT 1
#define NACRE_SIGNAL_PC(c) (c)->uc_mcontext->__ss.__rip
#define NACRE_SIGNAL_FIRST(c) (c)->uc_mcontext->__ss.__rax
#define NACRE_SIGNAL_SECOND(c) (c)->uc_mcontext->__ss.__rdx
#elif defined(__FreeBSD__) && defined(__x86_64__)
#define NACRE_SIGNAL_CONTEXT 1
#define NACRE_SIGNAL_PC(c) (c)->uc_mcontext.mc_rip
#define NACRE_SIGNAL_FIRST(c) (c)->uc_mcontext.mc_rax
#define NACRE_SIGNAL_SECOND(c) (c)->uc_mcontext.mc_rdx
#elif defined(__linux__) && defined(__aarch64__)
#define NACRE_SIGNAL_CONTEXT 1
#define NACRE_SIGNAL_PC(c) (c)->uc_mcontext.pc
#define NACRE_SIGNAL_FIRST(c) (c)->uc_mcontext.regs[16]
#define NACRE_SIGNAL_SECOND(c) (c)->uc_mcontext.regs[17]
#elif defined(__APPLE__) && defined(__aarch64__)
#define NACRE_SIGNAL_CONTEXT 1
#define NACRE_SIGNAL_PC(c) (c)->uc_mcontext->__ss.__pc
#define NACRE_SIGNAL_FIRST(c) (c)->uc_mcontext->__ss.__x[16]
#define NACRE_SIGNAL_SECOND(c) (c)->uc_mcontext->__ss.__x[17]
#elif defined(_WIN32) && (defined(__x86_64__) || defined(_M_X64))
#define NACRE_SIGNAL_CONTEXT 1
#define NACRE_SIGNAL_PC(c) (c)->Rip
#define NACRE_SIGNAL_FIRST(c) (c)->Rax
#define NACRE_SIGNAL_SECOND(c) (c)->Rdx
#else
#define NACRE_SIGNAL_CONTEXT 0
#endif

// Whether compilers check their own state while they work.
#if !defined(NDEBUG) || defined(NACRE_VERIFY_COMPILERS)
#define NACRE_VERIFY 1
#else
#define NACRE_VERIFY 0
#endif

namespace nacre {

inline constexpr bool host_is_windows = NACRE_HOST_WINDOWS != 0;

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

inline constexpr bool verifies_compilers = NACRE_VERIFY != 0;

}  // namespace nacre
