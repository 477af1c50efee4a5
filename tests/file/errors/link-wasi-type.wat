;;! run {}
;; A WASI function imported with another type than it has.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func (param i64)))
  (func (export "_start")))
;;= nacre: link-wasi-type.wat: incompatible import type: "wasi_snapshot_preview1"."proc_exit" is (func (param i32)), expected (func (param i64))
;;= exit 1
