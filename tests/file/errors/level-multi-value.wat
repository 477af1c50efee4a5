;;! validate --level 1.0 {}
;;! validate {}
(module (func (result i32 i32) (i32.const 1) (i32.const 2)))
;;= nacre: level-multi-value.wat: a function type of 2 results needs the feature 'multi-value', which is switched off (at offset 0xd)
;;= exit 1
;;= level-multi-value.wat: valid
