;;! run --invoke f {}
(module $m (func (export "f") unreachable))
;;= nacre: trap: unreachable
;;=     0: m: func[0] @ 0x1e
;;= exit 134
