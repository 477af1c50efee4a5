;;! validate {}
(module (func (export "\ff")))
;;= parse-utf8-name.wat:2:23: error: malformed UTF-8 encoding
;;=   (module (func (export "\ff")))
;;=                         ^
;;= exit 1
