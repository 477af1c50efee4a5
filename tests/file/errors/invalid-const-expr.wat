;;! validate {}
(module
  (memory 1)
  (global i32 (i32.load (i32.const 0))))
;;= nacre: invalid-const-expr.wat: constant expression required, in i32.load (at offset 0x14)
;;= exit 1
