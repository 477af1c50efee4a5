;;! validate {}
(module (tag (param i32) (result i32)))
;;= nacre: invalid-tag.wat: non-empty tag result type: tag 0 (at offset 0x13)
;;= exit 1
