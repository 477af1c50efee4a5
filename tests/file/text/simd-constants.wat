;;! wasm2wat {}
;;! wast --roundtrip {}
;; One shape is printed for all: the bits, not the spelling, are what a module keeps.
(module
  (func (result v128) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 -1 0xff))
  (func (result v128) (v128.const i16x8 0 1 -1 0xffff 4 5 6 7))
  (func (result v128) (v128.const i32x4 0 0xffff_ffff -2147483648 3))
  (func (result v128) (v128.const i64x2 0x0123456789abcdef -1))
  (func (result v128) (v128.const f32x4 0 -0 inf nan:0x1))
  (func (result v128) (v128.const f64x2 1.5 -nan)))
;;= (module
;;=   (type (;0;) (func (result v128)))
;;=   (func (;0;) (type 0) (result v128)
;;=     v128.const i32x4 0x03020100 0x07060504 0x0b0a0908 0xffff0d0c)
;;=   (func (;1;) (type 0) (result v128)
;;=     v128.const i32x4 0x00010000 0xffffffff 0x00050004 0x00070006)
;;=   (func (;2;) (type 0) (result v128)
;;=     v128.const i32x4 0x00000000 0xffffffff 0x80000000 0x00000003)
;;=   (func (;3;) (type 0) (result v128)
;;=     v128.const i32x4 0x89abcdef 0x01234567 0xffffffff 0xffffffff)
;;=   (func (;4;) (type 0) (result v128)
;;=     v128.const i32x4 0x00000000 0x80000000 0x7f800000 0x7f800001)
;;=   (func (;5;) (type 0) (result v128)
;;=     v128.const i32x4 0x00000000 0x3ff80000 0x00000000 0xfff80000))
;;= 1 passed, 0 failed
