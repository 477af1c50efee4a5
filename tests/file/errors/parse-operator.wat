;;! validate {}
(module
  (func (param i32)
    (i32.addd (local.get 0) (local.get 0))))
;;= parse-operator.wat:4:6: error: unknown operator i32.addd
;;=       (i32.addd (local.get 0) (local.get 0))))
;;=        ^
;;= exit 1
