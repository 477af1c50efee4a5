;;! run --invoke f {}
;;! run --invoke empty {}
;;! run --invoke ref {}
(module $m
  (tag $e (param i32 i64 externref))
  (tag $empty)
  (func $inner (throw $e (i32.const -1) (i64.const 2) (ref.null extern)))
  (func $f (export "f") (call $inner))
  (func $empty (export "empty") (throw $empty))
  (func $ref (export "ref")
    (block $h (result exnref) (try_table (catch_all_ref $h) (call $inner)) return)
    throw_ref))
;;= nacre: exception: unhandled exception: (tag (param i32 i64 externref)) -1, 2, null
;;=     0: m: inner @ 0x42
;;=     1: m: f @ 0x47
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: exception: unhandled exception: (tag)
;;=     0: m: empty @ 0x4c
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: exception: unhandled exception: (tag (param i32 i64 externref)) -1, 2, null
;;=     0: m: ref @ 0x5d
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
