;;! wasm2wat {}
;;! wast --roundtrip {}
;; Limits, index types, sharing, page sizes, inline data; memory 0 is not printed with instructions.
(module
  (memory $a 0)
  (memory $b 1 65536)
  (memory $c 1 1 shared)
  (memory $d i64 0 0x1_0000_0000)
  (memory $e i64 5 (pagesize 1))
  (memory $g (pagesize 65536) (data "inline"))
  (memory $h i64 (pagesize 1) (data "abc" "de"))
  (func (result i32) (i32.load (i32.const 0)))
  (func (result i32) (i32.load $b offset=4 (i32.const 0)))
  (func (result i32) (i32.load $d offset=0x1_0000_0000 align=1 (i64.const 0)))
  (func (result i64) memory.size $d (memory.grow $h (i64.const 1)) i64.add)
  (func (memory.copy $b $a (i32.const 0) (i32.const 0) (i32.const 0)))
  (func (memory.copy $d $a (i64.const 0) (i32.const 0) (i32.const 0)))
  (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))
  (func (memory.init $b 0 (i32.const 0) (i32.const 0) (i32.const 0))))
;;= (module
;;=   (type (;0;) (func (result i32)))
;;=   (type (;1;) (func (result i64)))
;;=   (type (;2;) (func))
;;=   (memory $a 0)
;;=   (memory $b 1 65536)
;;=   (memory $c 1 1 shared)
;;=   (memory $d i64 0 4294967296)
;;=   (memory $e i64 5 (pagesize 1))
;;=   (memory $g 1 1)
;;=   (memory $h i64 5 5 (pagesize 1))
;;=   (func (;0;) (type 0) (result i32)
;;=     i32.const 0
;;=     i32.load)
;;=   (func (;1;) (type 0) (result i32)
;;=     i32.const 0
;;=     i32.load $b offset=4)
;;=   (func (;2;) (type 0) (result i32)
;;=     i64.const 0
;;=     i32.load $d offset=4294967296 align=1)
;;=   (func (;3;) (type 1) (result i64)
;;=     memory.size $d
;;=     i64.const 1
;;=     memory.grow $h
;;=     i64.add)
;;=   (func (;4;) (type 2)
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     memory.copy $b $a)
;;=   (func (;5;) (type 2)
;;=     i64.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     memory.copy $d $a)
;;=   (func (;6;) (type 2)
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     memory.fill)
;;=   (func (;7;) (type 2)
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     memory.init $b 0)
;;=   (data (;0;) (memory $g) (i32.const 0) "inline")
;;=   (data (;1;) (memory $h) (i64.const 0) "abcde"))
;;= 1 passed, 0 failed
