;;! run --invoke wait {} 0 0
;;! run --invoke wait {} 1 0
(module
  (memory 1 1 shared)
  (func (export "wait") (param i32 i64) (result i32)
    (memory.atomic.wait32 (i32.const 0) (local.get 0) (local.get 1))))
;;= 2
;;= 1
