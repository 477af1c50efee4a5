;;! run {}
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func (param i64)))
  (import "wasi_snapshot_preview1" "no_such_call" (func))
  (func (export "_start")))
;;= nacre: link-wasi-unknown.wat: unknown import "wasi_snapshot_preview1"."no_such_call" (func); incompatible import type: "wasi_snapshot_preview1"."proc_exit" is (func (param i32)), expected (func (param i64))
;;= exit 1
