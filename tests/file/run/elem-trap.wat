;;! run --invoke f {}
(module
  (table 1 funcref)
  (elem (i32.const 1) $f)
  (func $f (export "f")))
;;= nacre: trap: out of bounds table access: 1 entry at 1, table size 1 (element segment 0)
;;= exit 134
