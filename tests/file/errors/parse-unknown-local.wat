;;! validate {}
(module (func (param $x i32) (local.get $y) drop))
;;= parse-unknown-local.wat:2:41: error: unknown local $y
;;=   (module (func (param $x i32) (local.get $y) drop))
;;=                                           ^
;;= exit 1
