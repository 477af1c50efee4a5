;;! run --invoke f {}
(module
  (memory 1)
  (data (i32.const 65534) "abc")
  (func (export "f")))
;;= nacre: trap: out of bounds memory access: 3 bytes at 0xfffe, memory size 65536 (data segment 0)
;;= exit 134
