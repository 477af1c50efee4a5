;;! validate {}
;; Concrete types are named by index: by the first that has the type.
(module
  (type $same (func))
  (type $again (func))
  (type $s (struct (field i32)))
  (type $a (array (mut i8)))
  (func (param (ref null $s)) (result (ref $a)) (local.get 0)))
;;= nacre: invalid-reference.wat: type mismatch: instruction requires [(ref 3)] but stack has [(ref null 2)], in end (in func[0]) (at offset 0x2a)
;;= exit 1
