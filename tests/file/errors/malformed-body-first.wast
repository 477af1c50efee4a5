;;! wast -v {}
;; Function 0 is invalid, function 1 malformed: the module is malformed.
(assert_malformed
  (module binary "\00asm\01\00\00\00" "\01\04\01\60\00\00" "\03\03\02\00\00"
    "\0a\09\02" "\04\00\41\00\0b" "\02\00\ff")
  "illegal opcode")
(assert_invalid
  (module binary "\00asm\01\00\00\00" "\01\04\01\60\00\00" "\03\02\01\00"
    "\0a\06\01" "\04\00\41\00\0b")
  "type mismatch")
;;=   assert_invalid           1 of 1
;;=   assert_malformed         1 of 1
;;= 2 passed, 0 failed
