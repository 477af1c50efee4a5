;;! validate {}
(module (func i32.const 1))
;;= nacre: invalid-values-left.wat: type mismatch: block requires [] but stack has [i32], in end (in func[0]) (at offset 0x19)
;;= exit 1
