;;! validate {}
(module (func $""))
;;= parse-empty-identifier.wat:2:15: error: empty identifier
;;=   (module (func $""))
;;=                 ^
;;= exit 1
