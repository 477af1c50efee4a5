;;! validate {}
(module
  (func (param i32) (result i32)
    (block (result i32) (br_if 0 (f32.const 1) (local.get 0)))))
;;= nacre: invalid-branch.wat: type mismatch: instruction requires [i32] but stack has [f32], in br_if (in func[0]) (at offset 0x22)
;;= exit 1
