;;! validate {}
(module
  (func (result i32) (i64.const 1)))
;;= nacre: invalid-stack.wat: type mismatch: instruction requires [i32] but stack has [i64], in end (in func[0]) (at offset 0x1a)
;;= exit 1
