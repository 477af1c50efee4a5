;;! validate {}
(module
  (global $g i32 (i32.const 0))
  (func (global.set $g (i32.const 1))))
;;= nacre: invalid-immutable.wat: immutable global, in global.set (in func[0]) (at offset 0x21)
;;= exit 1
