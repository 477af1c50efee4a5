;;! validate {}
(module (func $f (param i32)) (start $f))
;;= nacre: invalid-start.wat: start function 0 must take and return nothing (at offset 0x15)
;;= exit 1
