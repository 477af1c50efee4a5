;;! run --invoke f {} -1
;;! run --invoke f {} 65536
(module (memory i64 1)
  (func $f (export "f") (param i64) (result i32) (i32.load8_u offset=0xffff_ffff_ffff_ffff (local.get 0))))
;;= nacre: trap: out of bounds memory access: 1 byte at 0xffffffffffffffff, memory size 65536
;;=     0: f @ 0x27
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: out of bounds memory access: 1 byte at 0xffffffffffffffff, memory size 65536
;;=     0: f @ 0x27
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
