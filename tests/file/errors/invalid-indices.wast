;;! wast -v {}
;; Unknown indices: each names its space.
(assert_invalid (module (func (call 1))) "unknown function 1")
(assert_invalid (module (func (drop (local.get 0)))) "unknown local 0")
(assert_invalid (module (func (drop (global.get 7)))) "unknown global 7")
(assert_invalid (module (func (br 1))) "unknown label")
(assert_invalid (module (func (drop (i32.load (i32.const 0))))) "unknown memory 0")
(assert_invalid (module (func (drop (table.get 3 (i32.const 0))))) "unknown table 3")
(assert_invalid (module (func (throw 0))) "unknown tag 0")
(assert_invalid (module (func (type 4))) "unknown type")
(assert_invalid (module (memory 1) (func (data.drop 2))) "unknown data segment 2")
(assert_invalid (module (func (elem.drop 2))) "unknown elem segment 2")
(assert_invalid (module (export "f" (func 0))) "unknown function 0")
(assert_invalid (module (start 2)) "unknown function 2")
;;=   assert_invalid           12 of 12
;;= 12 passed, 0 failed
