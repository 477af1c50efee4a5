;;! run --invoke grow {} 1
;;! run --invoke grow {} 9
;;! run --max-memory 128K --invoke grow {} 2
(module
  (memory 1 8)
  (func (export "grow") (param i32) (result i32 i32) (memory.grow (local.get 0)) memory.size))
;;= 1
;;= 2
;;= -1
;;= 1
;;= -1
;;= 1
