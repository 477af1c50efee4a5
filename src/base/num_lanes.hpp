// SPDX-License-Identifier: Apache-2.0
//
// What SIMD instructions do to their lanes. The function objects are lane functions
// for `map` and `zip`; they are free of branches, for a branch in a lane keeps a
// compiler from making vector code of the loop. The functions on whole vectors are those
// that move lanes or change their number.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/num_float.hpp"
#include "base/num_int.hpp"
#include "base/v128.hpp"

namespace nacre::num::lanes {

template <class T>
using Twice =
    std::conditional_t<std::is_signed_v<T>,
                       std::conditional_t<sizeof(T) == 1, int16_t,
                                          std::conditional_t<sizeof(T) == 2, int32_t, int64_t>>,
                       std::conditional_t<sizeof(T) == 1, uint16_t,
                                          std::conditional_t<sizeof(T) == 2, uint32_t, uint64_t>>>;

// Saturation to T, computed in the type of x: vectors compare lanes of any one width.
template <class T, class W>
constexpr T clamp(W x) {
  // NOLINTNEXTLINE(bugprone-signed-char-misuse): a lane is a number.
  constexpr W low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  const W raised = x < low ? low : x;
  return static_cast<T>(raised > high ? high : raised);
}

// A comparison's result: all bits set or none, as wide as the lanes compared.
template <class T>
constexpr UintOf<T> mask(bool condition) {
  return static_cast<UintOf<T>>(-static_cast<UintOf<T>>(condition));
}

inline constexpr auto eq = [](auto x, auto y) { return mask<decltype(x)>(x == y); };
inline constexpr auto ne = [](auto x, auto y) { return mask<decltype(x)>(x != y); };
inline constexpr auto lt = [](auto x, auto y) { return mask<decltype(x)>(x < y); };
inline constexpr auto gt = [](auto x, auto y) { return mask<decltype(x)>(x > y); };
inline constexpr auto le = [](auto x, auto y) { return mask<decltype(x)>(x <= y); };
inline constexpr auto ge = [](auto x, auto y) { return mask<decltype(x)>(x >= y); };

// Integers. Unsigned lanes wrap; `1u *` keeps 16-bit lanes out of signed int.
inline constexpr auto add = [](auto x, auto y) { return static_cast<decltype(x)>(x + y); };
inline constexpr auto sub = [](auto x, auto y) { return static_cast<decltype(x)>(x - y); };
inline constexpr auto mul = [](auto x, auto y) { return static_cast<decltype(x)>(1u * x * y); };
inline constexpr auto neg = [](auto x) { return static_cast<decltype(x)>(0u - x); };
inline constexpr auto min = [](auto x, auto y) { return y < x ? y : x; };
inline constexpr auto max = [](auto x, auto y) { return x < y ? y : x; };
inline constexpr auto avgr = [](auto x, auto y) {
  return static_cast<decltype(x)>((x + y + 1) / 2);
};

// Saturating sums in the width of the lanes. A signed one overflowed when the wrapped
// result's sign differs from both operands' (from the first's, if theirs differ: subtraction),
// and then saturates in the direction of the first operand.
template <class T>
constexpr T saturate(T wrapped, T overflow_sign, T first) {
  using U = std::make_unsigned_t<T>;
  const U limit =
      static_cast<U>(mask<T>(first < 0) ^ static_cast<U>(std::numeric_limits<T>::max()));
  const U use_limit = mask<T>(overflow_sign < 0);
  return static_cast<T>((static_cast<U>(wrapped) & ~use_limit) | (limit & use_limit));
}

inline constexpr auto add_sat_s = [](auto x, auto y) {
  using T = decltype(x);
  const T sum = static_cast<T>(x + y);
  return saturate<T>(sum, static_cast<T>((sum ^ x) & (sum ^ y)), x);
};
inline constexpr auto sub_sat_s = [](auto x, auto y) {
  using T = decltype(x);
  const T difference = static_cast<T>(x - y);
  return saturate<T>(difference, static_cast<T>((difference ^ x) & (x ^ y)), x);
};
inline constexpr auto add_sat_u = [](auto x, auto y) {
  using T = decltype(x);
  const T sum = static_cast<T>(x + y);
  return static_cast<T>(sum | mask<T>(sum < x));
};
inline constexpr auto sub_sat_u = [](auto x, auto y) {
  return static_cast<decltype(x)>((x > y ? x : y) - y);
};

// Of the most negative number there is no absolute value: it stays, as wrapping makes it.
inline constexpr auto abs = [](auto x) {
  using U = std::make_unsigned_t<decltype(x)>;
  const U sign = mask<decltype(x)>(x < 0);
  return static_cast<U>((static_cast<U>(x) ^ sign) - sign);
};

inline constexpr auto q15mulr_sat = [](int16_t x, int16_t y) {
  return clamp<int16_t>((x * y + 0x4000) >> 15);
};

// Bits.
inline constexpr auto and_ = [](auto x, auto y) { return x & y; };
inline constexpr auto andnot = [](auto x, auto y) { return x & ~y; };
inline constexpr auto or_ = [](auto x, auto y) { return x | y; };
inline constexpr auto xor_ = [](auto x, auto y) { return x ^ y; };
inline constexpr auto not_ = [](auto x) { return ~x; };
inline constexpr auto bitselect = [](auto x, auto y, auto c) { return (x & c) | (y & ~c); };

// Population counts of the eight bytes of a word.
inline constexpr auto popcnt_bytes = [](uint64_t x) {
  constexpr uint64_t ones = ~uint64_t{0};
  x -= (x >> 1) & (ones / 3);
  x = (x & (ones / 5)) + ((x >> 2) & (ones / 5));
  return (x + (x >> 4)) & (ones / 17);
};

// Floats. The pseudo-minimum and -maximum select an operand unchanged, a signalling NaN too.
inline constexpr auto fadd = [](auto x, auto y) { return x + y; };
inline constexpr auto fsub = [](auto x, auto y) { return x - y; };
inline constexpr auto fmul = [](auto x, auto y) { return x * y; };
inline constexpr auto fdiv = [](auto x, auto y) { return x / y; };
inline constexpr auto fmin = [](auto x, auto y) { return num::detail::min(x, y); };
inline constexpr auto fmax = [](auto x, auto y) { return num::detail::max(x, y); };
inline constexpr auto fsqrt = [](auto x) { return num::detail::square_root(x); };
inline constexpr auto pmin = [](auto x, auto y) {
  return y < x ? num::detail::to_bits(y) : num::detail::to_bits(x);
};
inline constexpr auto pmax = [](auto x, auto y) {
  return x < y ? num::detail::to_bits(y) : num::detail::to_bits(x);
};

template <num::detail::Rounding Mode>
inline constexpr auto fround = [](auto x) { return num::detail::round<Mode>(x); };

// Saturating truncation to 32 bits: bring the operand into range first (a NaN compares
// false and lands on the lower bound), truncate, then put in what clamping lost.
template <class F>
constexpr uint32_t trunc_sat_s(F x) {
  constexpr F low = -2147483648.0f, above = 2147483648.0f;
  constexpr F high = std::is_same_v<F, float> ? F{2147483520.0f} : static_cast<F>(2147483647.0);
  const F raised = x > low ? x : low;
  const uint32_t r = static_cast<uint32_t>(static_cast<int32_t>(raised < high ? raised : high));
  const uint32_t too_large = mask<uint32_t>(x >= above), number = mask<uint32_t>(x == x);
  return ((r & ~too_large) | (0x7fffffffu & too_large)) & number;
}

// Unsigned alike; the upper half of the range is moved down to where signed truncation works.
template <class F>
constexpr uint32_t trunc_sat_u(F x) {
  constexpr F half = 2147483648.0f, above = 4294967296.0f;
  constexpr F high = std::is_same_v<F, float> ? F{4294967040.0f} : static_cast<F>(4294967295.0);
  const F raised = x > F{0} ? x : F{0};
  const F inside = raised < high ? raised : high;
  const F moved = inside - (inside >= half ? half : F{0});
  const uint32_t upper = mask<uint32_t>(inside >= half), too_large = mask<uint32_t>(x >= above);
  const uint32_t r = static_cast<uint32_t>(static_cast<int32_t>(moved));
  return (r + (upper & 0x80000000u)) | too_large;
}

// Whole vectors.

// Lanes of T from `first`, as many as fit when twice as wide.
template <class T>
NACRE_INLINE constexpr V128 extend(V128 a, unsigned first) {
  const Lanes<T> x = to_lanes<T>(a);
  Lanes<Twice<T>> r{};
  NACRE_KEEP_LOOP
  // NOLINTNEXTLINE(bugprone-signed-char-misuse): a lane is a number.
  for (unsigned i = 0; i < r.size(); ++i) r[i] = x[first + i];
  return from_lanes<Twice<T>>(r);
}

template <class T>
NACRE_INLINE constexpr V128 extmul(V128 a, V128 b, unsigned first) {
  using R = std::make_unsigned_t<Twice<T>>;
  const Lanes<T> x = to_lanes<T>(a), y = to_lanes<T>(b);
  Lanes<R> r{};
  NACRE_KEEP_LOOP
  for (unsigned i = 0; i < r.size(); ++i) {
    r[i] = static_cast<R>(1u * static_cast<R>(static_cast<Twice<T>>(x[first + i])) *
                          static_cast<R>(static_cast<Twice<T>>(y[first + i])));
  }
  return from_lanes<R>(r);
}

// The even and the odd lanes of T inside a lane twice as wide.
template <class T>
constexpr Twice<T> even_half(std::make_unsigned_t<Twice<T>> pair) {
  constexpr unsigned width = sizeof(T) * 8;
  return static_cast<Twice<T>>(static_cast<Twice<T>>(pair << width) >> width);
}
template <class T>
constexpr Twice<T> odd_half(std::make_unsigned_t<Twice<T>> pair) {
  return static_cast<Twice<T>>(static_cast<Twice<T>>(pair) >> (sizeof(T) * 8));
}

template <class T>
NACRE_INLINE constexpr V128 extadd_pairwise(V128 a) {
  using Pair = std::make_unsigned_t<Twice<T>>;
  return map<Pair>([](Pair x) { return static_cast<Twice<T>>(even_half<T>(x) + odd_half<T>(x)); },
                   a);
}

// Lanes of Wide (signed) saturated to Narrow: a's, then b's.
template <class Wide, class Narrow>
NACRE_INLINE constexpr V128 narrow(V128 a, V128 b) {
  const Lanes<Wide> x = to_lanes<Wide>(a), y = to_lanes<Wide>(b);
  Lanes<Narrow> r{};
  NACRE_KEEP_LOOP
  for (unsigned i = 0; i < x.size(); ++i) r[i] = clamp<Narrow>(x[i]);
  NACRE_KEEP_LOOP
  for (unsigned i = 0; i < y.size(); ++i) r[x.size() + i] = clamp<Narrow>(y[i]);
  return from_lanes<Narrow>(r);
}

// Only one sum can overflow, four times 2^30: it wraps.
NACRE_INLINE constexpr V128 dot(V128 a, V128 b) {
  const Lanes<int16_t> x = to_lanes<int16_t>(a), y = to_lanes<int16_t>(b);
  Lanes<uint32_t> r{};
  NACRE_KEEP_LOOP
  for (unsigned i = 0; i < r.size(); ++i) {
    r[i] = static_cast<uint32_t>(x[2 * i] * y[2 * i]) +
           static_cast<uint32_t>(x[2 * i + 1] * y[2 * i + 1]);
  }
  return from_lanes<uint32_t>(r);
}

// Shifts of eight-bit lanes, which hardware lacks: shift words and drop the bits that crossed
// into the neighbour. `n` is at most 7.
NACRE_INLINE constexpr V128 shl_bytes(V128 a, unsigned n) {
  const uint64_t keep = ~uint64_t{0} / 255 * ((0xffu << n) & 0xff);
  return map<uint64_t>([=](uint64_t x) { return (x << n) & keep; }, a);
}
NACRE_INLINE constexpr V128 shr_u_bytes(V128 a, unsigned n) {
  const uint64_t keep = ~uint64_t{0} / 255 * (0xffu >> n);
  return map<uint64_t>([=](uint64_t x) { return (x >> n) & keep; }, a);
}
NACRE_INLINE constexpr V128 shr_s_bytes(V128 a, unsigned n) {
  const uint8_t sign = static_cast<uint8_t>(0x80u >> n);
  const auto extend_sign = [=](uint8_t x) { return static_cast<uint8_t>((x ^ sign) - sign); };
  return map<uint8_t>(extend_sign, shr_u_bytes(a, n));
}

// True when a word of the lanes of U has none that is zero: subtracting one from each lane
// sets the top bit of a zero lane and of no lane below the first zero one.
template <class U>
constexpr bool none_zero(uint64_t word) {
  constexpr uint64_t ones = ~uint64_t{0} / std::numeric_limits<U>::max();
  constexpr uint64_t tops = ones << (sizeof(U) * 8 - 1);
  return ((word - ones) & ~word & tops) == 0;
}

template <class U>
NACRE_INLINE constexpr uint32_t all_true(V128 a) {
  const Lanes<uint64_t> words = to_lanes<uint64_t>(a);
  return none_zero<U>(words[0]) && none_zero<U>(words[1]);
}

// The top bits of a word's lanes, moved together by one multiplication: lane i's bit goes
// to the i-th of the highest places, and no two products meet.
template <class U>
constexpr uint32_t gather_tops(uint64_t word) {
  constexpr unsigned width = sizeof(U) * 8, count = 64 / width;
  constexpr uint64_t ones = ~uint64_t{0} / std::numeric_limits<U>::max();
  uint64_t factor = 0;
  for (unsigned i = 0; i < count; ++i) factor |= uint64_t{1} << (64 - count - (width - 1) * i);
  return static_cast<uint32_t>((((word >> (width - 1)) & ones) * factor) >> (64 - count));
}

template <class U>
NACRE_INLINE constexpr uint32_t bitmask(V128 a) {
  const Lanes<uint64_t> words = to_lanes<uint64_t>(a);
  return gather_tops<U>(words[0]) | gather_tops<U>(words[1]) << (8 / sizeof(U));
}

}  // namespace nacre::num::lanes
