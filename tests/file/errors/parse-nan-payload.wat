;;! validate {}
(module (global f32 (f32.const nan:0x800000)))
;;= parse-nan-payload.wat:2:32: error: constant out of range
;;=   (module (global f32 (f32.const nan:0x800000)))
;;=                                  ^
;;= exit 1
