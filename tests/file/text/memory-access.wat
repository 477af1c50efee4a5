;;! wasm2wat {}
;;! wast --roundtrip {}
;; Offsets and alignments: a natural alignment is not printed, nor is offset 0.
(module
  (memory 1)
  (func (param i32)
    (drop (i32.load8_s (local.get 0)))
    (drop (i32.load16_u offset=0 align=2 (local.get 0)))
    (drop (i32.load16_u align=1 (local.get 0)))
    (drop (i64.load32_s offset=4294967295 (local.get 0)))
    (drop (i64.load align=8 (local.get 0)))
    (drop (f32.load offset=0xff align=2 (local.get 0)))
    (drop (f64.load align=4 (local.get 0)))
    (i32.store8 (local.get 0) (i32.const 1))
    (i64.store16 offset=8 align=1 (local.get 0) (i64.const 1))
    (f64.store (local.get 0) (f64.const 0))))
;;= (module
;;=   (type (;0;) (func (param i32)))
;;=   (memory (;0;) 1)
;;=   (func (;0;) (type 0) (param i32)
;;=     local.get 0
;;=     i32.load8_s
;;=     drop
;;=     local.get 0
;;=     i32.load16_u
;;=     drop
;;=     local.get 0
;;=     i32.load16_u align=1
;;=     drop
;;=     local.get 0
;;=     i64.load32_s offset=4294967295
;;=     drop
;;=     local.get 0
;;=     i64.load
;;=     drop
;;=     local.get 0
;;=     f32.load offset=255 align=2
;;=     drop
;;=     local.get 0
;;=     f64.load align=4
;;=     drop
;;=     local.get 0
;;=     i32.const 1
;;=     i32.store8
;;=     local.get 0
;;=     i64.const 1
;;=     i64.store16 offset=8 align=1
;;=     local.get 0
;;=     f64.const 0
;;=     f64.store))
;;= 1 passed, 0 failed
