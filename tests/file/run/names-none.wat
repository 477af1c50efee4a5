;;! run --invoke f {}
(module (func unreachable) (func (export "f") (call 0)))
;;= nacre: trap: unreachable
;;=     0: func[0] @ 0x1f
;;=     1: func[1] @ 0x23
;;= note: no debug information: compile and link with -g to see files and lines
;;= note: functions without names: the module has no name section; link without -s, --strip-all
;;= exit 134
