;;! wast -v {}
(assert_invalid (module (memory 2 1)) "size minimum must not be greater than maximum")
(assert_invalid (module (memory 65537)) "memory size")
(assert_invalid (module (memory 1 shared)) "shared memory must have maximum")
(assert_invalid (module (table 2 1 funcref)) "size minimum must not be greater than maximum")
(assert_malformed (module quote "(memory 0 (pagesize 3))") "invalid custom page size")
(assert_invalid (module (memory 0 (pagesize 2))) "invalid custom page size")
;;=   assert_invalid           5 of 5
;;=   assert_malformed         1 of 1
;;= 6 passed, 0 failed
