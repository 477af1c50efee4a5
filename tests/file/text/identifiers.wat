;;! wasm2wat {}
;;! wast --roundtrip {}
;; Every character an identifier may have, quoted identifiers, and the same name twice.
(module $"the module"
  (type $!#$%&'*+-./:<=>?@\^_`|~09azAZ (func))
  (func $"with space")
  (func $"é\u{1f600}")
  (func $"tab\there\"and\\")
  (func $"plain" (param $"a b" i32) (local $"c)" i32) (local.set $"c)" (local.get $"a b")))
  (func (call $plain (i32.const 1)) (call $"with space"))
  (global $g i32 (i32.const 0))
  (table $g 0 funcref)
  (memory $g 0))
;;= (module (@name "the module")
;;=   (type $!#$%&'*+-./:<=>?@\^_`|~09azAZ (func))
;;=   (type (;1;) (func (param i32)))
;;=   (table $g 0 funcref)
;;=   (memory $g 0)
;;=   (global $g i32 (i32.const 0))
;;=   (func $"with space" (type $!#$%&'*+-./:<=>?@\^_`|~09azAZ))
;;=   (func $"é😀" (type $!#$%&'*+-./:<=>?@\^_`|~09azAZ))
;;=   (func $"tab\09here\22and\5c" (type $!#$%&'*+-./:<=>?@\^_`|~09azAZ))
;;=   (func $plain (type 1) (param $"a b" i32)
;;=     (local $"c)" i32)
;;=     local.get $"a b"
;;=     local.set $"c)")
;;=   (func (;4;) (type $!#$%&'*+-./:<=>?@\^_`|~09azAZ)
;;=     i32.const 1
;;=     call $plain
;;=     call $"with space"))
;;= 1 passed, 0 failed
