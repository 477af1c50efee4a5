;;! validate {}
;; A wide character is one column.
(module (func (export "日本語") (i32.cons 1)) (func (export "a long tail that need not be shown in full because the line goes on and on and on and on and on and on")))
;;= parse-long-line.wat:3:31: error: unknown operator i32.cons
;;=   (module (func (export "日本語") (i32.cons 1)) (func (export "a long tail that need not be shown in full because the line goes on and on and on and on and on and on")))
;;=                                 ^
;;= exit 1
