;;! wasm2wat {}
;;! inspect --features {}
;;! wast --roundtrip {}
(module
  (func (param i64 i64 i64 i64) (result i64 i64)
    (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3))
    (i64.sub128 (local.get 0) (local.get 1))
    (i64.mul_wide_s)
    (i64.mul_wide_u)))
;;= (module
;;=   (type (;0;) (func (param i64 i64 i64 i64) (result i64 i64)))
;;=   (func (;0;) (type 0) (param i64 i64 i64 i64) (result i64 i64)
;;=     local.get 0
;;=     local.get 1
;;=     local.get 2
;;=     local.get 3
;;=     i64.add128
;;=     local.get 0
;;=     local.get 1
;;=     i64.sub128
;;=     i64.mul_wide_s
;;=     i64.mul_wide_u))
;;= features needed:
;;=   mvp
;;=   multi-value
;;=   wide-arithmetic
;;= 1 passed, 0 failed
