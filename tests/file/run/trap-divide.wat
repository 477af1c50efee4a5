;;! run --invoke div {} 1 0
;;! run --invoke rem {} 1 0
;;! run --invoke div {} 0x80000000 -1
;;! run --invoke rem {} 0x80000000 -1
;;! run --invoke div64 {} -9223372036854775808 -1
(module
  (func $div (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func $rem (export "rem") (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func $div64 (export "div64") (param i64 i64) (result i64) (i64.div_s (local.get 0) (local.get 1))))
;;= nacre: trap: integer divide by zero
;;=     0: div @ 0x3d
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: integer divide by zero
;;=     0: rem @ 0x45
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: integer overflow
;;=     0: div @ 0x3d
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= 0
;;= nacre: trap: integer overflow
;;=     0: div64 @ 0x4d
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
