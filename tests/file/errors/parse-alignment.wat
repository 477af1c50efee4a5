;;! validate {}
(module (memory 1) (func (drop (i32.load align=3 (i32.const 0)))))
;;= parse-alignment.wat:2:42: error: alignment must be a power of two
;;=   (module (memory 1) (func (drop (i32.load align=3 (i32.const 0)))))
;;=                                            ^
;;= exit 1
