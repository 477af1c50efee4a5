;;! run --invoke none {}
;;! run --invoke four {}
;;! run --invoke vector {}
(module
  (func (export "none"))
  (func (export "four") (result i32 i64 f32 f64)
    (i32.const -1) (i64.const 0x8000_0000_0000_0000) (f32.const 0.1) (f64.const -nan:0x1))
  (func (export "vector") (result v128 i32) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15) (i32.const 1)))
;;= -1
;;= -9223372036854775808
;;= 0.1
;;= -nan:0x1
;;= i32x4:0x03020100,0x07060504,0x0b0a0908,0x0f0e0d0c
;;= 1
