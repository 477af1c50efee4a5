;;! wasm2wat {}
;;! wast --roundtrip {}
;; A file may hold a module's fields without (module ...).
(func $f (export "f") (result i32) (i32.const 1))
(memory 1)
;;= (module
;;=   (type (;0;) (func (result i32)))
;;=   (memory (;0;) 1)
;;=   (export "f" (func $f))
;;=   (func $f (type 0) (result i32)
;;=     i32.const 1))
;;= 1 passed, 0 failed
