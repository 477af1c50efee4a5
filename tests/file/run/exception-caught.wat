;;! run --invoke f {} 0
;;! run --invoke f {} 1
;;! run --invoke f {} 2
;;! run --invoke f {} 3
(module
  (tag $a (param i32))
  (tag $b)
  (func $throw (param i32)
    (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $a (i32.const 42))))
    (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $b)))
    (if (i32.eq (local.get 0) (i32.const 3)) (then unreachable)))
  (func (export "f") (param i32) (result i32)
    (block $all
      (block $h (result i32)
        (try_table (catch $a $h) (catch_all $all) (call $throw (local.get 0)))
        (return (i32.const 0)))
      return)
    (i32.const -1)))
;;= 0
;;= 42
;;= -1
;;= nacre: trap: unreachable
;;=     0: throw @ 0x4c
;;=     1: func[1] @ 0x5f
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
