;;! validate --disable simd {}
;;! validate --disable exceptions {}
;;! validate --disable exceptions --disable legacy-exceptions {}
;;! validate --disable bulk-memory --disable multi-memory {}
;;! validate --disable gc {}
;;! inspect --features {}
;; Tags and throw belong to both exception features.
(module
  (tag $e)
  (memory 1)
  (func (throw $e))
  (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))
;;= disable.wat: valid
;;= disable.wat: valid
;;= disable.wat:9:4: error: tag needs the feature 'exceptions', which is switched off
;;=     (tag $e)
;;=      ^
;;= exit 1
;;= disable.wat:12:10: error: memory.fill needs the feature 'bulk-memory', which is switched off
;;=     (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))
;;=            ^
;;= exit 1
;;= disable.wat: valid
;;= features needed:
;;=   mvp
;;=   bulk-memory
;;=   exceptions
