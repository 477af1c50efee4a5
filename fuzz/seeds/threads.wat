;; SPDX-License-Identifier: Apache-2.0
(module $threads
  (memory 1 4 shared)
  (func (export "add") (param i32) (result i32)
    (i32.atomic.rmw.add (i32.const 8) (local.get 0))
    (i32.add (i32.atomic.load (i32.const 8))))
  (func (export "exchange") (param i64) (result i64)
    (i64.atomic.rmw16.cmpxchg_u (i32.const 16) (i64.const 0) (local.get 0))
    (i64.atomic.store (i32.const 24) (local.get 0))
    (atomic.fence))
  (func (export "notify") (result i32)
    (memory.atomic.notify (i32.const 0) (i32.const 1)))
  (func (export "wait") (result i32)
    (memory.atomic.wait32 (i32.const 0) (i32.const 1) (i64.const 1000))))
