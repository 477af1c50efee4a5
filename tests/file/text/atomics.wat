;;! wasm2wat {}
;;! wast --roundtrip {}
(module
  (memory 1 1 shared)
  (memory $m i64 1 1 shared)
  (func (param $p i32) (param $q i64)
    (drop (memory.atomic.notify offset=4 (local.get $p) (i32.const 1)))
    (drop (memory.atomic.wait32 (local.get $p) (i32.const 0) (i64.const -1)))
    (drop (memory.atomic.wait64 $m (local.get $q) (i64.const 0) (i64.const 0)))
    (atomic.fence)
    (drop (i32.atomic.load8_u (local.get $p)))
    (drop (i64.atomic.load $m offset=8 (local.get $q)))
    (i64.atomic.store32 (local.get $p) (i64.const 1))
    (drop (i32.atomic.rmw.add (local.get $p) (i32.const 1)))
    (drop (i64.atomic.rmw16.xchg_u (local.get $p) (i64.const 1)))
    (drop (i32.atomic.rmw8.cmpxchg_u (local.get $p) (i32.const 1) (i32.const 2)))
    (drop (i64.atomic.rmw.cmpxchg $m (local.get $q) (i64.const 1) (i64.const 2)))))
;;= (module
;;=   (type (;0;) (func (param i32 i64)))
;;=   (memory (;0;) 1 1 shared)
;;=   (memory $m i64 1 1 shared)
;;=   (func (;0;) (type 0) (param $p i32) (param $q i64)
;;=     local.get $p
;;=     i32.const 1
;;=     memory.atomic.notify offset=4
;;=     drop
;;=     local.get $p
;;=     i32.const 0
;;=     i64.const -1
;;=     memory.atomic.wait32
;;=     drop
;;=     local.get $q
;;=     i64.const 0
;;=     i64.const 0
;;=     memory.atomic.wait64 $m
;;=     drop
;;=     atomic.fence
;;=     local.get $p
;;=     i32.atomic.load8_u
;;=     drop
;;=     local.get $q
;;=     i64.atomic.load $m offset=8
;;=     drop
;;=     local.get $p
;;=     i64.const 1
;;=     i64.atomic.store32
;;=     local.get $p
;;=     i32.const 1
;;=     i32.atomic.rmw.add
;;=     drop
;;=     local.get $p
;;=     i64.const 1
;;=     i64.atomic.rmw16.xchg_u
;;=     drop
;;=     local.get $p
;;=     i32.const 1
;;=     i32.const 2
;;=     i32.atomic.rmw8.cmpxchg_u
;;=     drop
;;=     local.get $q
;;=     i64.const 1
;;=     i64.const 2
;;=     i64.atomic.rmw.cmpxchg $m
;;=     drop))
;;= 1 passed, 0 failed
