(module $guest
  (import "host" "check" (func $check (param i32) (result i32)))
  (import "host" "oops" (tag $oops (param i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)

  (func $divide (param $a i32) (param $b i32) (result i32)
    (i32.div_s (local.get $a) (local.get $b)))
  (func $average (export "average") (param $sum i32) (param $count i32) (result i32)
    (call $divide (local.get $sum) (local.get $count)))

  (func (export "check") (param i32) (result i32) (call $check (local.get 0)))

  ;; -1 where the host throws; what it returns otherwise.
  (func (export "careful") (param i32) (result i32)
    (block $caught (result i32)
      (return
        (try_table (result i32) (catch $oops $caught) (call $check (local.get 0)))))
    (drop)
    (i32.const -1))

  (func (export "quit") (param i32) (call $exit (local.get 0))))
