;;! validate {}
(module (memory 1) (data (i32.const 0) "ok\q"))
;;= parse-string-escape.wat:2:43: error: illegal escape
;;=   (module (memory 1) (data (i32.const 0) "ok\q"))
;;=                                             ^
;;= exit 1
