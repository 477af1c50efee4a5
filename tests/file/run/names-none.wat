;;! run --invoke f {}
(module (func unreachable) (func (export "f") (call 0)))
;;= nacre: trap: unreachable
;;=     0: func[0] @ 0x1f
;;=     1: func[1] @ 0x23
;;= exit 134
