// SPDX-License-Identifier: Apache-2.0
//
// How one handler hands over to the next. This is the only file that knows the two modes.
//
// Threaded mode: a handler is a function whose arguments are the machine's state, and it
// ends by calling the next handler with the same arguments. Compilers turn such a call into a
// jump, so the state stays in argument registers (six general ones on x86-64 and three
// vector ones) and every handler has its own indirect jump for the branch predictor. A handler must
// therefore not need a stack frame on its hot path: whatever needs one goes to a function of
// the same shape marked NACRE_COLD, reached by NACRE_CHAIN.
//
// Loop mode (NACRE_INTERP_LOOP): the state is a struct, and a loop calls handler after handler.
// It needs nothing from the compiler, so it serves unoptimised and sanitized builds and hosts
// whose calling convention cannot jump (s390x, 32-bit x86, Windows).
//
// Either way a body is written once:
//     void handler(NACRE_REGS) { NACRE_ENTER; ...; pc += n; NACRE_NEXT; }
// with pc, fp, ex, mem, len, acc, facc, dacc and vacc in scope.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/platform.hpp"
#include "base/v128.hpp"
#include "runtime/objects.hpp"

#ifndef NACRE_INTERP_LOOP
#if defined(__OPTIMIZE__) && defined(__GNUC__) && !defined(_WIN32) &&  \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    (defined(__x86_64__) || defined(__aarch64__) || (defined(__riscv) && __riscv_xlen == 64))
#define NACRE_INTERP_LOOP 0
#else
#define NACRE_INTERP_LOOP 1
#endif
#endif

namespace nacre::interp {

using runtime::Slot;
using Word = uint32_t;  // the unit of code
struct Exec;

// What the machine's registers mean:
//   pc    the instruction being executed (its first word)
//   fp    slot 0 of the frame
//   ex    the store's execution state
//   mem, len   memory 0: base and length in bytes
//   acc   integer accumulator, in slot format (an i32 is zero-extended)
//   facc, dacc, vacc   f32, f64 and v128 accumulators
#if NACRE_INTERP_LOOP
using Vec = V128;
struct Regs {
  const Word* pc;
  Slot* fp;
  Exec* ex;
  uint8_t* mem;
  uint64_t len;
  uint64_t acc;
  float facc;
  double dacc;
  Vec vacc;
};
using Handler = void (*)(Regs&);
#define NACRE_REGS Regs& regs_
#define NACRE_ENTER [[maybe_unused]] auto& [pc, fp, ex, mem, len, acc, facc, dacc, vacc] = regs_
#define NACRE_NEXT return
#define NACRE_CHAIN(function) return function(regs_)
#else
typedef uint8_t Vec __attribute__((vector_size(16)));
using Handler = void (*)(const Word*, Slot*, Exec*, uint8_t*, uint64_t, uint64_t, float, double,
                         Vec);
#define NACRE_REGS                                                                                 \
  [[maybe_unused]] const Word *pc, [[maybe_unused]] Slot *fp, [[maybe_unused]] Exec *ex,           \
      [[maybe_unused]] uint8_t *mem, [[maybe_unused]] uint64_t len, [[maybe_unused]] uint64_t acc, \
      [[maybe_unused]] float facc, [[maybe_unused]] double dacc, [[maybe_unused]] Vec vacc
#define NACRE_ENTER static_assert(true)
#if defined(__clang__)
#define NACRE_TAIL [[clang::musttail]]
#else
#define NACRE_TAIL
#endif
#define NACRE_CHAIN(function) \
  NACRE_TAIL return (function)(pc, fp, ex, mem, len, acc, facc, dacc, vacc)
#define NACRE_NEXT NACRE_CHAIN(load_ptr<Handler>(pc))
#endif

// Words a pointer takes in the code stream.
inline constexpr unsigned ptr_words = sizeof(void*) / sizeof(Word);

template <class P>
NACRE_INLINE P load_ptr(const Word* at) {
  static_assert(std::is_pointer_v<P>);
  P p;
  std::memcpy(&p, at, sizeof(void*));
  return p;
}

// Where the jump goes whose distance follows its handler.
NACRE_INLINE const Word* jump_target(const Word* pc) {
  return pc + ptr_words + static_cast<ptrdiff_t>(static_cast<int32_t>(pc[ptr_words]));
}

// In the body of a copying loop: keeps the compiler from making it a call of memmove or memset,
// for which a handler would have to save its registers.
NACRE_INLINE void keep_loop() { std::atomic_signal_fence(std::memory_order_seq_cst); }

NACRE_INLINE uint64_t load_u64(const Word* at) {
  return at[0] | static_cast<uint64_t>(at[1]) << 32;
}

}  // namespace nacre::interp
