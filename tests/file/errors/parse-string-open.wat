;;! validate {}
(module (memory 1) (data (i32.const 0) "open))
;;= parse-string-open.wat:2:40: error: unclosed string literal
;;=   (module (memory 1) (data (i32.const 0) "open))
;;=                                          ^
;;= exit 1
