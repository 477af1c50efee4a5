;;! validate {}
(module (func (export"f")))
;;= parse-tokens-touch.wat:2:16: error: unknown operator export"f"
;;=   (module (func (export"f")))
;;=                  ^
;;= exit 1
