;;! validate {}
(module
  (func $f)
  (func $f))
;;= parse-duplicate.wat:4:9: error: duplicate function $f
;;=     (func $f))
;;=           ^
;;= exit 1
