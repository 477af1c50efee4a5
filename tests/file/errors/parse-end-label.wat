;;! validate {}
(module (func block $a nop end $b))
;;= parse-end-label.wat:2:32: error: mismatching label $b
;;=   (module (func block $a nop end $b))
;;=                                  ^
;;= exit 1
