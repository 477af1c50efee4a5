;;! run --invoke f {} 1
;;! run --invoke f {} 2
(module
  (tag $a (param i32))
  (tag $b (param i64))
  (func $f (export "f") (param i32) (result i32)
    (try (result i32)
      (do
        (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $a (i32.const 42))))
        (throw $b (i64.const 43)))
      (catch $a)
      (catch_all (rethrow 0)))))
;;= 42
;;= nacre: exception: unhandled exception: (tag (param i64)) 43
;;=     0: f @ 0x44
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
