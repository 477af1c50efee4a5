;;! validate {}
(module (func (block $a (br $b))))
;;= parse-unknown-label.wat:2:29: error: unknown label $b
;;=   (module (func (block $a (br $b))))
;;=                               ^
;;= exit 1
