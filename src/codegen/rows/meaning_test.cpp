// SPDX-License-Identifier: Apache-2.0
#include "codegen/rows/meaning_test.hpp"

#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "base/num.hpp"

namespace nacre::codegen::testing {
namespace {

using wasm::Op;

template <class T>
T read(const V128& slot) {
  if constexpr (std::is_same_v<T, V128>) return slot;
  else return load_le<T>(slot.bytes);
}
template <class T>
V128 written(T x) {
  V128 slot{};
  if constexpr (std::is_same_v<T, V128>) slot = x;
  else store_le(slot.bytes, x);
  return slot;
}

// Parameters by value read the next input; references are outputs.
template <class T>
std::remove_cvref_t<T> argument(const V128*& in) {
  if constexpr (std::is_reference_v<T>) return {};
  else return read<T>(*in++);
}

template <class R, class... A, class F>
Trap call(R (*)(A...), F f, const V128* in, V128* out) {
  std::tuple<std::remove_cvref_t<A>...> args{argument<A>(in)...};
  Trap trap = Trap::none;
  if constexpr (std::is_void_v<R>) std::apply(f, args);
  else if constexpr (std::is_same_v<R, Trap>) trap = std::apply(f, args);
  else *out++ = written(std::apply(f, args));
  std::apply(
      [&](auto... x) { ((std::is_reference_v<A> ? void(*out++ = written(x)) : void()), ...); },
      args);
  return trap;
}

// clang-format off
#define MEANINGS(F) \
  F(i32_eqz) F(i32_eq) F(i32_ne) F(i32_lt_s) F(i32_lt_u) F(i32_gt_s) F(i32_gt_u) F(i32_le_s) \
  F(i32_le_u) F(i32_ge_s) F(i32_ge_u) F(i64_eqz) F(i64_eq) F(i64_ne) F(i64_lt_s) F(i64_lt_u) \
  F(i64_gt_s) F(i64_gt_u) F(i64_le_s) F(i64_le_u) F(i64_ge_s) F(i64_ge_u) F(f32_eq) F(f32_ne) \
  F(f32_lt) F(f32_gt) F(f32_le) F(f32_ge) F(f64_eq) F(f64_ne) F(f64_lt) F(f64_gt) F(f64_le) \
  F(f64_ge) F(i32_clz) F(i32_ctz) F(i32_popcnt) F(i32_add) F(i32_sub) F(i32_mul) F(i32_div_s) \
  F(i32_div_u) F(i32_rem_s) F(i32_rem_u) F(i32_and) F(i32_or) F(i32_xor) F(i32_shl) \
  F(i32_shr_s) F(i32_shr_u) F(i32_rotl) F(i32_rotr) F(i64_clz) F(i64_ctz) F(i64_popcnt) \
  F(i64_add) F(i64_sub) F(i64_mul) F(i64_div_s) F(i64_div_u) F(i64_rem_s) F(i64_rem_u) \
  F(i64_and) F(i64_or) F(i64_xor) F(i64_shl) F(i64_shr_s) F(i64_shr_u) F(i64_rotl) F(i64_rotr) \
  F(f32_abs) F(f32_neg) F(f32_ceil) F(f32_floor) F(f32_trunc) F(f32_nearest) F(f32_sqrt) \
  F(f32_add) F(f32_sub) F(f32_mul) F(f32_div) F(f32_min) F(f32_max) F(f32_copysign) F(f64_abs) \
  F(f64_neg) F(f64_ceil) F(f64_floor) F(f64_trunc) F(f64_nearest) F(f64_sqrt) F(f64_add) \
  F(f64_sub) F(f64_mul) F(f64_div) F(f64_min) F(f64_max) F(f64_copysign) F(i32_wrap_i64) \
  F(i32_trunc_f32_s) F(i32_trunc_f32_u) F(i32_trunc_f64_s) F(i32_trunc_f64_u) \
  F(i64_extend_i32_s) F(i64_extend_i32_u) F(i64_trunc_f32_s) F(i64_trunc_f32_u) \
  F(i64_trunc_f64_s) F(i64_trunc_f64_u) F(f32_convert_i32_s) F(f32_convert_i32_u) \
  F(f32_convert_i64_s) F(f32_convert_i64_u) F(f32_demote_f64) F(f64_convert_i32_s) \
  F(f64_convert_i32_u) F(f64_convert_i64_s) F(f64_convert_i64_u) F(f64_promote_f32) \
  F(i32_reinterpret_f32) F(i64_reinterpret_f64) F(f32_reinterpret_i32) F(f64_reinterpret_i64) \
  F(i32_extend8_s) F(i32_extend16_s) F(i64_extend8_s) F(i64_extend16_s) F(i64_extend32_s) \
  F(i32_trunc_sat_f32_s) F(i32_trunc_sat_f32_u) F(i32_trunc_sat_f64_s) F(i32_trunc_sat_f64_u) \
  F(i64_trunc_sat_f32_s) F(i64_trunc_sat_f32_u) F(i64_trunc_sat_f64_s) F(i64_trunc_sat_f64_u) \
  F(i64_add128) F(i64_sub128) F(i64_mul_wide_s) F(i64_mul_wide_u) F(v128_load8x8_s) \
  F(v128_load8x8_u) F(v128_load16x4_s) F(v128_load16x4_u) F(v128_load32x2_s) F(v128_load32x2_u) \
  F(v128_load8_splat) F(v128_load16_splat) F(v128_load32_splat) F(v128_load64_splat) \
  F(i8x16_shuffle) F(i8x16_swizzle) F(i8x16_splat) F(i16x8_splat) F(i32x4_splat) F(i64x2_splat) \
  F(f32x4_splat) F(f64x2_splat) F(i8x16_extract_lane_s) F(i8x16_extract_lane_u) \
  F(i8x16_replace_lane) F(i16x8_extract_lane_s) F(i16x8_extract_lane_u) F(i16x8_replace_lane) \
  F(i32x4_extract_lane) F(i32x4_replace_lane) F(i64x2_extract_lane) F(i64x2_replace_lane) \
  F(f32x4_extract_lane) F(f32x4_replace_lane) F(f64x2_extract_lane) F(f64x2_replace_lane) \
  F(i8x16_eq) F(i8x16_ne) F(i8x16_lt_s) F(i8x16_lt_u) F(i8x16_gt_s) F(i8x16_gt_u) F(i8x16_le_s) \
  F(i8x16_le_u) F(i8x16_ge_s) F(i8x16_ge_u) F(i16x8_eq) F(i16x8_ne) F(i16x8_lt_s) F(i16x8_lt_u) \
  F(i16x8_gt_s) F(i16x8_gt_u) F(i16x8_le_s) F(i16x8_le_u) F(i16x8_ge_s) F(i16x8_ge_u) \
  F(i32x4_eq) F(i32x4_ne) F(i32x4_lt_s) F(i32x4_lt_u) F(i32x4_gt_s) F(i32x4_gt_u) F(i32x4_le_s) \
  F(i32x4_le_u) F(i32x4_ge_s) F(i32x4_ge_u) F(f32x4_eq) F(f32x4_ne) F(f32x4_lt) F(f32x4_gt) \
  F(f32x4_le) F(f32x4_ge) F(f64x2_eq) F(f64x2_ne) F(f64x2_lt) F(f64x2_gt) F(f64x2_le) \
  F(f64x2_ge) F(v128_not) F(v128_and) F(v128_andnot) F(v128_or) F(v128_xor) F(v128_bitselect) \
  F(v128_any_true) F(v128_load8_lane) F(v128_load16_lane) F(v128_load32_lane) \
  F(v128_load64_lane) F(v128_store8_lane) F(v128_store16_lane) F(v128_store32_lane) \
  F(v128_store64_lane) F(v128_load32_zero) F(v128_load64_zero) F(f32x4_demote_f64x2_zero) \
  F(f64x2_promote_low_f32x4) F(i8x16_abs) F(i8x16_neg) F(i8x16_popcnt) F(i8x16_all_true) \
  F(i8x16_bitmask) F(i8x16_narrow_i16x8_s) F(i8x16_narrow_i16x8_u) F(f32x4_ceil) F(f32x4_floor) \
  F(f32x4_trunc) F(f32x4_nearest) F(i8x16_shl) F(i8x16_shr_s) F(i8x16_shr_u) F(i8x16_add) \
  F(i8x16_add_sat_s) F(i8x16_add_sat_u) F(i8x16_sub) F(i8x16_sub_sat_s) F(i8x16_sub_sat_u) \
  F(f64x2_ceil) F(f64x2_floor) F(i8x16_min_s) F(i8x16_min_u) F(i8x16_max_s) F(i8x16_max_u) \
  F(f64x2_trunc) F(i8x16_avgr_u) F(i16x8_extadd_pairwise_i8x16_s) \
  F(i16x8_extadd_pairwise_i8x16_u) F(i32x4_extadd_pairwise_i16x8_s) \
  F(i32x4_extadd_pairwise_i16x8_u) F(i16x8_abs) F(i16x8_neg) F(i16x8_q15mulr_sat_s) \
  F(i16x8_all_true) F(i16x8_bitmask) F(i16x8_narrow_i32x4_s) F(i16x8_narrow_i32x4_u) \
  F(i16x8_extend_low_i8x16_s) F(i16x8_extend_high_i8x16_s) F(i16x8_extend_low_i8x16_u) \
  F(i16x8_extend_high_i8x16_u) F(i16x8_shl) F(i16x8_shr_s) F(i16x8_shr_u) F(i16x8_add) \
  F(i16x8_add_sat_s) F(i16x8_add_sat_u) F(i16x8_sub) F(i16x8_sub_sat_s) F(i16x8_sub_sat_u) \
  F(f64x2_nearest) F(i16x8_mul) F(i16x8_min_s) F(i16x8_min_u) F(i16x8_max_s) F(i16x8_max_u) \
  F(i16x8_avgr_u) F(i16x8_extmul_low_i8x16_s) F(i16x8_extmul_high_i8x16_s) \
  F(i16x8_extmul_low_i8x16_u) F(i16x8_extmul_high_i8x16_u) F(i32x4_abs) F(i32x4_neg) \
  F(i32x4_all_true) F(i32x4_bitmask) F(i32x4_extend_low_i16x8_s) F(i32x4_extend_high_i16x8_s) \
  F(i32x4_extend_low_i16x8_u) F(i32x4_extend_high_i16x8_u) F(i32x4_shl) F(i32x4_shr_s) \
  F(i32x4_shr_u) F(i32x4_add) F(i32x4_sub) F(i32x4_mul) F(i32x4_min_s) F(i32x4_min_u) \
  F(i32x4_max_s) F(i32x4_max_u) F(i32x4_dot_i16x8_s) F(i32x4_extmul_low_i16x8_s) \
  F(i32x4_extmul_high_i16x8_s) F(i32x4_extmul_low_i16x8_u) F(i32x4_extmul_high_i16x8_u) \
  F(i64x2_abs) F(i64x2_neg) F(i64x2_all_true) F(i64x2_bitmask) F(i64x2_extend_low_i32x4_s) \
  F(i64x2_extend_high_i32x4_s) F(i64x2_extend_low_i32x4_u) F(i64x2_extend_high_i32x4_u) \
  F(i64x2_shl) F(i64x2_shr_s) F(i64x2_shr_u) F(i64x2_add) F(i64x2_sub) F(i64x2_mul) F(i64x2_eq) \
  F(i64x2_ne) F(i64x2_lt_s) F(i64x2_gt_s) F(i64x2_le_s) F(i64x2_ge_s) \
  F(i64x2_extmul_low_i32x4_s) F(i64x2_extmul_high_i32x4_s) F(i64x2_extmul_low_i32x4_u) \
  F(i64x2_extmul_high_i32x4_u) F(f32x4_abs) F(f32x4_neg) F(f32x4_sqrt) F(f32x4_add) \
  F(f32x4_sub) F(f32x4_mul) F(f32x4_div) F(f32x4_min) F(f32x4_max) F(f32x4_pmin) F(f32x4_pmax) \
  F(f64x2_abs) F(f64x2_neg) F(f64x2_sqrt) F(f64x2_add) F(f64x2_sub) F(f64x2_mul) F(f64x2_div) \
  F(f64x2_min) F(f64x2_max) F(f64x2_pmin) F(f64x2_pmax) F(i32x4_trunc_sat_f32x4_s) \
  F(i32x4_trunc_sat_f32x4_u) F(f32x4_convert_i32x4_s) F(f32x4_convert_i32x4_u) \
  F(i32x4_trunc_sat_f64x2_s_zero) F(i32x4_trunc_sat_f64x2_u_zero) F(f64x2_convert_low_i32x4_s) \
  F(f64x2_convert_low_i32x4_u) F(i8x16_relaxed_swizzle) F(i32x4_relaxed_trunc_f32x4_s) \
  F(i32x4_relaxed_trunc_f32x4_u) F(i32x4_relaxed_trunc_f64x2_s_zero) \
  F(i32x4_relaxed_trunc_f64x2_u_zero) F(f32x4_relaxed_madd) F(f32x4_relaxed_nmadd) \
  F(f64x2_relaxed_madd) F(f64x2_relaxed_nmadd) F(i8x16_relaxed_laneselect) \
  F(i16x8_relaxed_laneselect) F(i32x4_relaxed_laneselect) F(i64x2_relaxed_laneselect) \
  F(f32x4_relaxed_min) F(f32x4_relaxed_max) F(f64x2_relaxed_min) F(f64x2_relaxed_max) \
  F(i16x8_relaxed_q15mulr_s) F(i16x8_relaxed_dot_i8x16_i7x16_s) \
  F(i32x4_relaxed_dot_i8x16_i7x16_add_s)

// clang-format on

struct Entry {
  Op op;
  Meaning meaning;
};
const Entry entries[] = {
#define F(name)                                                            \
  {Op::name, [](const V128* in, V128* out) {                               \
     return call(                                                          \
         &num::name, [](auto&... x) { return num::name(x...); }, in, out); \
   }},
    MEANINGS(F)
#undef F
};

}  // namespace

Meaning meaning_of(Op op) {
  for (const Entry& entry : entries)
    if (entry.op == op) return entry.meaning;
  return nullptr;
}

unsigned float_width_of_result(Op op) {
  const std::string_view name = wasm::op_info(op).text;
  const auto starts = [&](std::string_view s) { return name.substr(0, s.size()) == s; };
  const unsigned width = starts("f32") ? 4 : starts("f64") ? 8 : 0;
  if (width == 0) return 0;
  for (const std::string_view word : {"abs", "neg", "copysign", "reinterpret", "splat", "lane",
                                      "load", "store", "const", "pmin", "pmax"})
    if (name.find(word) != std::string_view::npos) return 0;
  for (const std::string_view relation : {"eq", "ne", "lt", "gt", "le", "ge"})
    if (name.substr(name.find('.') + 1) == relation) return 0;
  return width;
}

}  // namespace nacre::codegen::testing
