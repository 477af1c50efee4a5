;;! run --invoke add {} i8x16:255,1,2,3,4,5,6,7,8,9,10,11,12,13,14,127 i8x16:1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1
;;! run --invoke sqrt {} f64x2:4,-1
;;! run --invoke madd {} f32x4:1,2,inf,nan
;;! run --invoke add {} i32x4:1,2,3 i32x4:1,2,3,4
(module
  (func (export "add") (param v128 v128) (result v128) (i8x16.add_sat_u (local.get 0) (local.get 1)))
  (func (export "sqrt") (param v128) (result f64) (f64x2.extract_lane 0 (f64x2.sqrt (local.get 0))))
  (func (export "madd") (param v128) (result v128)
    (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))))
;;= i32x4:0x040302ff,0x08070605,0x0c0b0a09,0x800f0e0d
;;= 2
;;= i32x4:0x40000000,0x40c00000,0x7f800000,0x7fc00000
;;= nacre run: argument 1: expected v128 as SHAPE:LANE,LANE,... (for example i32x4:1,2,3,4), found 'i32x4:1,2,3'
;;= Run `nacre run --help` for more information.
;;= exit 2
