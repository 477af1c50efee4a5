;;! validate {}
(module (func (drop (v128.const i32x4 1 2 3))))
;;= parse-simd-lanes.wat:2:44: error: wrong number of lane literals
;;=   (module (func (drop (v128.const i32x4 1 2 3))))
;;=                                              ^
;;= exit 1
