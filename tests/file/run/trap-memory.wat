;;! run --invoke load {} 65533
;;! run --invoke load {} 65532
;;! run --invoke load {} -1
;;! run --invoke store {} 65535
;;! run --invoke fill {} 65536 1
;;! run --invoke fill {} 65536 0
;;! run --invoke second {} 10
;;! run --invoke init {} 65534 3
;;! run --invoke init {} 65534 4
;;! run --invoke init {} 0 4
(module
  (memory 1)
  (memory $two 1 (pagesize 1))
  (data $d "abc")
  (func $load (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func $store (export "store") (param i32) (i64.store16 (local.get 0) (i64.const 1)))
  (func $fill (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 1) (local.get 1)))
  (func $init (export "init") (param i32 i32) (memory.init $d (local.get 0) (i32.const 0) (local.get 1)))
  (func $second (export "second") (param i32) (result i32) (i32.load8_u $two offset=0 (local.get 0))))
;;= nacre: trap: out of bounds memory access: 4 bytes at 0xfffd, memory size 65536
;;=     0: load @ 0x5c
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= 0
;;= nacre: trap: out of bounds memory access: 4 bytes at 0xffffffff, memory size 65536
;;=     0: load @ 0x5c
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds memory access: 2 bytes at 0xffff, memory size 65536
;;=     0: store @ 0x66
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds memory access: 1 byte at 0x10000, memory size 65536
;;=     0: fill @ 0x72
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds memory access: 1 byte at 0xa, memory size 1
;;=     0: second @ 0x87
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds memory access: 3 bytes at 0xfffe, memory size 65536
;;=     0: init @ 0x7e
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds memory access: 4 bytes at 0xfffe, memory size 65536
;;=     0: init @ 0x7e
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds memory access: 4 bytes at 0x0, data segment size 3
;;=     0: init @ 0x7e
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
