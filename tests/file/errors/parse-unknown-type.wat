;;! validate {}
(module (func (type $t)))
;;= parse-unknown-type.wat:2:21: error: unknown type $t
;;=   (module (func (type $t)))
;;=                       ^
;;= exit 1
