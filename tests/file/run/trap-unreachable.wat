;;! run --invoke f {}
(module $m (func (export "f") unreachable))
;;= nacre: trap: unreachable
;;=     0: m: func[0] @ 0x1e
;;= note: no debug information: compile and link with -g to see files and lines
;;= note: functions without names: the module has no name section; link without -s, --strip-all
;;= exit 134
