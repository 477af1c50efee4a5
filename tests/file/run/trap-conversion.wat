;;! run --invoke f {} 2147483648
;;! run --invoke f {} nan
;;! run --invoke f {} -2147483648.9
;;! run --invoke g {} -1
;;! run --invoke g {} -0.99
(module
  (func $f (export "f") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func $g (export "g") (param f32) (result i64) (i64.trunc_f32_u (local.get 0))))
;;= nacre: trap: integer overflow
;;=     0: f @ 0x2c
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: invalid conversion to integer
;;=     0: f @ 0x2c
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= -2147483648
;;= nacre: trap: integer overflow
;;=     0: g @ 0x32
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= 0
