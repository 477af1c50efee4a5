;;! validate {}
(module (func (result i32) i32.const 1 i32.add))
;;= nacre: invalid-stack-empty.wat: type mismatch: instruction requires [i32] but stack has [], in i32.add (in func[0]) (at offset 0x1a)
;;= exit 1
