;; SPDX-License-Identifier: Apache-2.0
(module $simd
  (memory 1)
  (data (i32.const 0) "\00\01\02\03\04\05\06\07\08\09\0a\0b\0c\0d\0e\0f")
  (func (export "mix") (param i32) (result v128)
    (i8x16.swizzle
      (i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31
        (v128.load (i32.const 0)) (i8x16.splat (local.get 0)))
      (v128.const i8x16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0)))
  (func (export "lanes") (param f32 i32) (result f32)
    (f32x4.extract_lane 2 (f32x4.add (f32x4.splat (local.get 0))
      (f32x4.convert_i32x4_s (i32x4.replace_lane 1 (v128.load32_splat (i32.const 4)) (local.get 1))))))
  (func (export "memory") (param i32) (result i64)
    (v128.store16_lane 3 (local.get 0) (v128.load8x8_s (i32.const 3)))
    (v128.store (i32.const 64) (v128.load32_zero (local.get 0)))
    (i64x2.extract_lane 0 (v128.load8_lane 7 (i32.const 2) (v128.load (i32.const 64)))))
  (func (export "reduce") (param i64) (result i32)
    (i32.add (i8x16.bitmask (i16x8.narrow_i32x4_s (i32x4.splat (i32.const 70000)) (i32x4.splat (i32.const -7))))
      (i32x4.all_true (i64x2.gt_s (i64x2.splat (local.get 0)) (v128.const i64x2 0 1)))))
  (func (export "relaxed") (param f64) (result v128)
    (f64x2.relaxed_madd (f64x2.splat (local.get 0)) (f64x2.splat (f64.const 3)) (v128.const f64x2 1 2))))
