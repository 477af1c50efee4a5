;;! run --invoke get {} 2
;;! run --invoke call {} 0
;;! run --invoke call {} 1
;;! run --invoke call {} 2
;;! run --invoke call {} -1
;;! run --invoke init {}
(module
  (table 2 funcref)
  (elem (i32.const 0) $wrong)
  (elem $e func $wrong)
  (func $wrong (param i32))
  (func $get (export "get") (param i32) (drop (table.get (local.get 0))))
  (func $call (export "call") (param i32) (call_indirect (local.get 0)))
  (func $init (export "init") (table.init $e (i32.const 0) (i32.const 1) (i32.const 1))))
;;= nacre: trap: out of bounds table access: 1 entry at 2, table size 2
;;=     0: get @ 0x4d
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: indirect call type mismatch
;;=     0: call @ 0x55
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: uninitialized element 1
;;=     0: call @ 0x55
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: undefined element 2: table size 2
;;=     0: call @ 0x55
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: undefined element 4294967295: table size 2
;;=     0: call @ 0x55
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds table access: 1 entry at 1, element segment size 1
;;=     0: init @ 0x61
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
