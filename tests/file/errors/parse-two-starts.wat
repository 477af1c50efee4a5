;;! validate {}
(module (func $a) (start $a) (start $a))
;;= parse-two-starts.wat:2:37: error: multiple start sections
;;=   (module (func $a) (start $a) (start $a))
;;=                                       ^
;;= exit 1
