;;! wast -v {}
;; Modules inline, binary and quoted; definitions and instances.
(module $inline (func (export "f") (result i32) (i32.const 1)))
(module binary "\00asm" "\01\00\00\00")
(module quote "(func (export \"q\") (result i32)" "(i32.const 2))")
(assert_return (invoke "q") (i32.const 2))
(assert_return (invoke $inline "f") (i32.const 1))
(module definition $d (global (export "g") i32 (i32.const 3)))
(module instance $i $d)
(assert_return (get $i "g") (i32.const 3))
(assert_malformed (module quote "(func (i32.cons 1))") "unknown operator")
(assert_malformed (module binary "\00asn\01\00\00\00") "magic header not detected")
;;=   assert_return            3 of 3
;;=   assert_malformed         2 of 2
;;=   module                   5 of 5
;;= 10 passed, 0 failed
