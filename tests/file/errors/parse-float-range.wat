;;! validate {}
(module (global f32 (f32.const 3.5e38)))
;;= parse-float-range.wat:2:32: error: constant out of range
;;=   (module (global f32 (f32.const 3.5e38)))
;;=                                  ^
;;= exit 1
