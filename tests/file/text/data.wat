;;! wasm2wat {}
;;! wast --roundtrip {}
;; Data segments: passive and active, escapes, empty, in another memory, with a computed offset.
(module
  (memory $a 1)
  (memory $b i64 1)
  (global $g i32 (i32.const 2))
  (data "passive")
  (data $named "")
  (data (i32.const 0) "a\00\ff\"\\\t\n\r'" "\u{e9}")
  (data (memory $b) (i64.const 8) "second")
  (data (memory 0) (offset (i32.add (global.get $g) (i32.const 1))) "\7f\80 ~")
  (data (offset i32.const 5))
  (func (data.drop $named) (memory.init $named (i32.const 0) (i32.const 0) (i32.const 0))))
;;= (module
;;=   (type (;0;) (func))
;;=   (memory $a 1)
;;=   (memory $b i64 1)
;;=   (global $g i32 (i32.const 2))
;;=   (func (;0;) (type 0)
;;=     data.drop $named
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     memory.init $named)
;;=   (data (;0;) "passive")
;;=   (data $named "")
;;=   (data (;2;) (i32.const 0) "a\00\ff\22\5c\09\0a\0d'\c3\a9")
;;=   (data (;3;) (memory $b) (i64.const 8) "second")
;;=   (data (;4;) (offset global.get $g i32.const 1 i32.add) "\7f\80 ~")
;;=   (data (;5;) (i32.const 5) ""))
;;= 1 passed, 0 failed
