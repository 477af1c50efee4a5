;;! validate {}
(module (func $f (param i32)) (start $f))
;;= nacre: invalid-start.wat: start function 0 must take and return nothing
;;= exit 1
