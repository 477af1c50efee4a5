;;! validate {}
(module (data "a
b"))
;;= parse-string-newline.wat:2:15: error: unclosed string literal
;;=   (module (data "a
;;=                 ^
;;= exit 1
