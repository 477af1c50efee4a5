;;! wasm2wat {}
;;! wast --roundtrip {}
;; Comments nest and separate tokens, as parentheses do. (A string must not touch a keyword.)
(module(;a(;nested;)b;)(func(export "a")(result i32)i32.const(;x;)1;;rest
)(memory 1)(data(i32.const 0)"a" "b"(;;)"c"))
;;= (module
;;=   (type (;0;) (func (result i32)))
;;=   (memory (;0;) 1)
;;=   (export "a" (func 0))
;;=   (func (;0;) (type 0) (result i32)
;;=     i32.const 1)
;;=   (data (;0;) (i32.const 0) "abc"))
;;= 1 passed, 0 failed
