;;! validate {}
(module
  (type $t (func (param i32)))
  (func (type $t) (param i64)))
;;= parse-type-mismatch.wat:4:9: error: inline function type does not match the declared one
;;=     (func (type $t) (param i64)))
;;=           ^
;;= exit 1
