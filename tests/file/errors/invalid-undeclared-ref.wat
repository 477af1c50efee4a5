;;! validate {}
(module
  (func $f)
  (func (drop (ref.func $f))))
;;= nacre: invalid-undeclared-ref.wat: undeclared function reference, in ref.func (in func[1]) (at offset 0x1b)
;;= exit 1
