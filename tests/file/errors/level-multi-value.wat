;;! validate --level 1.0 {}
;;! validate {}
(module (func (result i32 i32) (i32.const 1) (i32.const 2)))
;;= nacre: level-multi-value.wat: invalid result arity: 2 results need multi-value (at offset 0xd)
;;= exit 1
;;= level-multi-value.wat: valid
