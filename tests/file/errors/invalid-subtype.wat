;;! validate {}
(module
  (type $a (sub (struct (field i32))))
  (type $b (sub $a (struct (field i64)))))
;;= nacre: invalid-subtype.wat: sub type 1 does not match super type 0 (at offset 0x11)
;;= exit 1
