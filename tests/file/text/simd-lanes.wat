;;! wasm2wat {}
;;! wast --roundtrip {}
(module
  (memory 1)
  (memory $m 1)
  (func (param $v v128) (param $p i32)
    (drop (i8x16.extract_lane_s 15 (local.get $v)))
    (drop (f64x2.extract_lane 1 (local.get $v)))
    (drop (i16x8.replace_lane 7 (local.get $v) (i32.const 1)))
    (drop (i8x16.shuffle 0 31 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (local.get $v) (local.get $v)))
    (drop (v128.load offset=16 align=1 (local.get $p)))
    (drop (v128.load8x8_s $m (local.get $p)))
    (drop (v128.load64_splat align=4 (local.get $p)))
    (drop (v128.load32_zero (local.get $p)))
    (drop (v128.load8_lane 3 (local.get $p) (local.get $v)))
    (drop (v128.load16_lane $m offset=2 align=1 7 (local.get $p) (local.get $v)))
    (v128.store64_lane 1 (local.get $p) (local.get $v))
    (v128.store $m (local.get $p) (v128.bitselect (local.get $v) (local.get $v) (v128.not (local.get $v))))
    (drop (i32x4.relaxed_trunc_f32x4_s (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $v) (local.get $v))))))
;;= (module
;;=   (type (;0;) (func (param v128 i32)))
;;=   (memory (;0;) 1)
;;=   (memory $m 1)
;;=   (func (;0;) (type 0) (param $v v128) (param $p i32)
;;=     local.get $v
;;=     i8x16.extract_lane_s 15
;;=     drop
;;=     local.get $v
;;=     f64x2.extract_lane 1
;;=     drop
;;=     local.get $v
;;=     i32.const 1
;;=     i16x8.replace_lane 7
;;=     drop
;;=     local.get $v
;;=     local.get $v
;;=     i8x16.shuffle 0 31 2 3 4 5 6 7 8 9 10 11 12 13 14 15
;;=     drop
;;=     local.get $p
;;=     v128.load offset=16 align=1
;;=     drop
;;=     local.get $p
;;=     v128.load8x8_s $m
;;=     drop
;;=     local.get $p
;;=     v128.load64_splat align=4
;;=     drop
;;=     local.get $p
;;=     v128.load32_zero
;;=     drop
;;=     local.get $p
;;=     local.get $v
;;=     v128.load8_lane 3
;;=     drop
;;=     local.get $p
;;=     local.get $v
;;=     v128.load16_lane $m offset=2 align=1 7
;;=     drop
;;=     local.get $p
;;=     local.get $v
;;=     v128.store64_lane 1
;;=     local.get $p
;;=     local.get $v
;;=     local.get $v
;;=     local.get $v
;;=     v128.not
;;=     v128.bitselect
;;=     v128.store $m
;;=     local.get $v
;;=     local.get $v
;;=     i16x8.relaxed_dot_i8x16_i7x16_s
;;=     i32x4.relaxed_trunc_f32x4_s
;;=     drop))
;;= 1 passed, 0 failed
