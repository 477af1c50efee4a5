;;! validate {}
(module (func (drop (i32.const 0x1_0000_0000))))
;;= parse-constant-range.wat:2:32: error: constant out of range
;;=   (module (func (drop (i32.const 0x1_0000_0000))))
;;=                                  ^
;;= exit 1
