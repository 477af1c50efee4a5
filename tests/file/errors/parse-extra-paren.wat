;;! validate {}
(module
  (func)))
;;= parse-extra-paren.wat:3:10: error: unexpected token )
;;=     (func)))
;;=            ^
;;= exit 1
