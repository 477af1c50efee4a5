;;! run --invoke f {}
;; Names from a module never reach the terminal raw.
(module $"evil\1b[2J" (func $"a\nb\7f" unreachable) (func (export "f") (call 0)))
;;= nacre: trap: unreachable
;;=     0: evil\x1b[2J: a\x0ab\x7f @ 0x1f
;;=     1: evil\x1b[2J: func[1] @ 0x23
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
