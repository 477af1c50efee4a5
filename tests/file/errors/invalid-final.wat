;;! validate {}
(module
  (type $a (struct))
  (type $b (sub $a (struct (field i64)))))
;;= nacre: invalid-final.wat: sub type 1 does not match super type 0, which is final (at offset 0xd)
;;= exit 1
