;;! validate {}
(module
  (func)
  (import "a" "b" (func)))
;;= parse-import-order.wat:4:11: error: import after function
;;=     (import "a" "b" (func)))
;;=             ^
;;= exit 1
